-- The versions of a model, the newest first: state, approval, the gate's rules, figures.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.model_versions(
    model_name varchar
)
returns variant
volatile
comment = 'The versions of a model'
api_integration = <% api_integration %>
max_batch_rows = 5
as '<% api_url %>/model-versions';

grant usage on function <% database %>.<% schema %>.model_versions(varchar)
to role <% analyst_role %>;
