-- The rating that the user would give to the item, on the scale of the data; NULL for a NULL.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.invoke_model(
    model_name varchar,
    user_id varchar,
    item_id varchar
)
returns float
volatile
comment = 'Estimated rating of an item by a user'
api_integration = <% api_integration %>
max_batch_rows = 10000
as '<% api_url %>/invoke';

grant usage on function <% database %>.<% schema %>.invoke_model(varchar, varchar, varchar)
to role <% analyst_role %>;
