-- one row per rejected row of the newest loads
create or replace view <% database %>.<% schema %>.rejected_rows as
with

rejected_rows as (
    select * from <% database %>.raw.rejected_rows
)

select
    dataset,
    table_name,
    file,
    line,
    rule,
    raw_text
from rejected_rows;
