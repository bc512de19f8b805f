-- The cleaning rules that applied to the newest loads.
select
    dataset,
    rule,
    sentence,
    rows_affected
from data_quality_rules
order by rows_affected desc, dataset, rule
