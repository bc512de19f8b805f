-- The same with options: {'force': true} deploys what fails the gate, too, and the registry says so
-- for ever.
-- Role: operator

create or replace external function <% database %>.<% schema %>.promote_model(
    model_name varchar,
    training_job varchar,
    options object
)
returns variant
volatile
comment = 'Deploys a model that passes the gate or is forced, and waits until it is in service'
api_integration = <% api_integration %>
max_batch_rows = 1
as '<% api_url %>/promote';

grant usage on function <% database %>.<% schema %>.promote_model(varchar, varchar, object)
to role <% operator_role %>;
