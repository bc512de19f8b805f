-- Removes the endpoint of a model, its configuration and its model.
-- Role: operator

create or replace external function <% database %>.<% schema %>.undeploy_model(
    model_name varchar
)
returns variant
volatile
comment = 'Removes the endpoint of a model'
api_integration = <% api_integration %>
max_batch_rows = 1
as '<% api_url %>/undeploy';

grant usage on function <% database %>.<% schema %>.undeploy_model(varchar)
to role <% operator_role %>;
