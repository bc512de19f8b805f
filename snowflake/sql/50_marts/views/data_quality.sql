-- one row per data set's newest load and table: where its rows went
create or replace view <% database %>.<% schema %>.data_quality as
with

loads as (
    select * from <% database %>.raw.loads
),

counts as (
    select * from <% database %>.raw.load_tables
),

newest as (
    select
        load_id,
        dataset,
        edition,
        loaded_at
    from loads
    qualify row_number() over (partition by dataset order by loaded_at desc, load_id asc) = 1
)

select
    newest.dataset,
    newest.edition,
    newest.loaded_at,
    counts.table_name,
    counts.rows_in,
    counts.rows_loaded,
    counts.rows_merged,
    counts.rows_rejected,
    counts.rows_in = counts.rows_loaded + counts.rows_merged + counts.rows_rejected as is_balanced,
    case when counts.rows_in > 0 then counts.rows_loaded / counts.rows_in end as share_loaded
from newest
inner join counts
    on newest.load_id = counts.load_id;
