-- one row per day of the last sixty, subject and metric: how far the day is from the four weeks
-- before it, and whether that is too far. A limit never lets chance alone look like drift: it is at
-- least what one day in a thousand would differ by if nothing had changed.
--
-- DIFFERENCE_OF_MEANS: 3.29 standard errors. POPULATION_STABILITY_INDEX: 0.25, the usual mark of a
-- large shift, or, of few ratings, the chi-square quantile with 11 degrees of freedom times
-- 1/n + 1/m, as it is distributed (https://arxiv.org/abs/2303.01227). JENSEN_SHANNON: the same
-- divided by 8 ln 2, as a small one is by its Taylor series.
create or replace view <% database %>.<% schema %>.drift (
    day comment 'UTC',
    subject comment 'What is compared: drift_rules has them all',
    metric comment 'As Snowflake''s model monitors name it',
    value comment 'Distance from the four weeks before',
    drift_limit comment 'Beyond it, up or down, is drift; empty: too few to compare',
    is_drift comment 'The value is beyond its limit',
    figure comment 'The day''s own mean',
    baseline_figure comment 'The mean of the four weeks before',
    count_used comment 'Of how many the figure is',
    baseline_count_used comment 'Of how many the baseline''s figure is'
)
as
with

daily_rating_figures as (
    select * from <% database %>.<% schema %>.daily_rating_figures
),

daily_shown_figures as (
    select * from <% database %>.<% schema %>.daily_shown_figures
),

daily_list_figures as (
    select * from <% database %>.<% schema %>.daily_list_figures
),

drift_rules as (
    select * from <% database %>.<% schema %>.drift_rules
),

rating_distances as (
    select * from <% database %>.<% schema %>.rating_distances
),

figures as (
    select * from daily_rating_figures
    union all
    select * from daily_shown_figures
    union all
    select * from daily_list_figures
),

baselines as (
    select
        today.day,
        today.subject,
        today.count_used,
        today.total / today.count_used as figure,
        sum(earlier.count_used) as baseline_count_used,
        sum(earlier.total) / sum(earlier.count_used) as baseline_figure,
        sum(earlier.squares) / sum(earlier.count_used) as mean_square,
        max(drift_rules.least_difference) as least_difference,
        max(drift_rules.measured_in) as measured_in,
        max(drift_rules.least_count) as least_count,
        max(drift_rules.least_baseline_count) as least_baseline_count,
        boolor_agg(drift_rules.counts_falls_only) as counts_falls_only
    from figures as today
    inner join drift_rules
        on today.subject = drift_rules.subject
    inner join figures as earlier
        on
            today.subject = earlier.subject
            and earlier.day between dateadd(day, -28, today.day) and dateadd(day, -1, today.day)
            and datediff(day, earlier.day, today.day) % drift_rules.step_days = 0
    where today.day >= dateadd(day, -60, sysdate()::date)
    group by today.day, today.subject, today.count_used, today.total
),

deviations as (
    select
        *,
        figure - baseline_figure as value,
        sqrt(greatest(mean_square - square(baseline_figure), 0)) as deviation,
        sqrt(1 / count_used::float + 1 / baseline_count_used::float) as error_of_one
    from baselines
),

means as (
    select
        day,
        subject,
        'DIFFERENCE_OF_MEANS' as metric,
        value,
        iff(
            count_used >= least_count and baseline_count_used >= least_baseline_count,
            greatest(
                least_difference
                * case measured_in
                    when 'deviation' then deviation
                    when 'mean' then abs(baseline_figure)
                    else 1
                end,
                3.29 * deviation * error_of_one
            ),
            null
        ) as drift_limit,
        counts_falls_only,
        figure,
        baseline_figure,
        count_used,
        baseline_count_used
    from deviations
),

distances as (
    select
        rating_distances.day,
        drift_rules.subject,
        rating_distances.metric,
        rating_distances.value,
        iff(
            rating_distances.count_used >= drift_rules.least_count
            and rating_distances.baseline_count_used >= drift_rules.least_baseline_count,
            greatest(
                0.25,
                31.264
                * (
                    1 / rating_distances.count_used::float
                    + 1 / rating_distances.baseline_count_used::float
                )
            )
            / iff(rating_distances.metric = 'JENSEN_SHANNON', 8 * ln(2), 1),
            null
        ) as drift_limit,
        false as counts_falls_only,
        null::float as figure,
        null::float as baseline_figure,
        rating_distances.count_used,
        rating_distances.baseline_count_used
    from rating_distances
    inner join drift_rules
        on drift_rules.subject = 'ratings'
),

everything as (
    select * from means
    union all
    select * from distances
)

select
    day,
    subject,
    metric,
    value,
    drift_limit,
    coalesce(
        drift_limit is not null
        and abs(value) > drift_limit
        and not (counts_falls_only and value > 0),
        false
    ) as is_drift,
    figure,
    baseline_figure,
    count_used,
    baseline_count_used
from everything;
