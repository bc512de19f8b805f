-- one row per rejected row of the newest loads
create or replace view <% database %>.<% schema %>.rejected_rows as
select
    dataset,
    table_name,
    file,
    line,
    rule,
    raw_text
from <% database %>.raw.rejected_rows;
