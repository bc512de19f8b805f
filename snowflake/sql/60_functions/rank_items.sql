-- The given items in the model's order for somebody with these ratings, or with none; items are an
-- array of ids, for example ['242', '302'].
-- Role: analyst

create or replace external function <% database %>.<% schema %>.rank_items(
    model_name varchar,
    ratings object,
    items array
)
returns variant
volatile
comment = 'The given items in the order of the model for these ratings'
api_integration = <% api_integration %>
max_batch_rows = 2
as '<% api_url %>/rank-items';

grant usage on function <% database %>.<% schema %>.rank_items(varchar, object, array)
to role <% analyst_role %>;
