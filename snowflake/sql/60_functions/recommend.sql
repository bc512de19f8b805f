-- The n best items that the user has not rated.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.recommend(
    model_name varchar,
    user_id varchar,
    n number
)
returns variant
volatile
comment = 'The n best items that the user has not rated'
api_integration = <% api_integration %>
max_batch_rows = 14
as '<% api_url %>/recommend';

grant usage on function <% database %>.<% schema %>.recommend(varchar, varchar, number)
to role <% analyst_role %>;
