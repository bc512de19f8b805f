-- The n items that are most like the item, by what viewers have rated together and by content; also
-- those nobody has rated.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.similar_items(
    model_name varchar,
    item_id varchar,
    n number
)
returns variant
volatile
comment = 'The n items that are most like the item'
api_integration = <% api_integration %>
max_batch_rows = 18
as '<% api_url %>/similar-items';

grant usage on function <% database %>.<% schema %>.similar_items(varchar, varchar, number)
to role <% analyst_role %>;
