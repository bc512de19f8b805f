-- one row per data set's newest load and table: where its rows went
create or replace view <% database %>.<% schema %>.data_quality as
with

newest as (
    select
        load_id,
        dataset,
        edition,
        loaded_at
    from <% database %>.raw.loads
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
inner join <% database %>.raw.load_tables as counts
    on newest.load_id = counts.load_id;
