-- The same, and whether the model knows the user and the item.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.invoke_model_details(
    model_name varchar,
    user_id varchar,
    item_id varchar
)
returns variant
volatile
comment = 'Estimated rating, known user, known item, model artifact'
api_integration = <% api_integration %>
max_batch_rows = 3153
as '<% api_url %>/invoke-details';

grant usage on function <% database %>.<% schema %>.invoke_model_details(varchar, varchar, varchar)
to role <% analyst_role %>;
