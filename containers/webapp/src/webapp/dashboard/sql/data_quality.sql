-- Where the rows of each data set's newest load went.
select
    dataset,
    table_name,
    rows_in,
    rows_loaded,
    rows_merged,
    rows_rejected
from data_quality
order by dataset, table_name
