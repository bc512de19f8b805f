-- How far each day is from the four weeks before it, and whether that is too far.
select
    day,
    subject,
    metric,
    value,
    drift_limit,
    is_drift,
    figure,
    baseline_figure,
    count_used,
    baseline_count_used
from drift
where drift_limit is not null
order by day desc, subject, metric
