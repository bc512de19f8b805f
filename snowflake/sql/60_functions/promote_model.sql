-- Deploys a training's model if it passes the gate; waits until it is in service, at most nine
-- minutes. What fails the gate is answered with its figures and registered as rejected.
-- Role: operator

create or replace external function <% database %>.<% schema %>.promote_model(
    model_name varchar,
    training_job varchar
)
returns variant
volatile
comment = 'Deploys a model that passes the gate, and waits until it is in service'
api_integration = <% api_integration %>
max_batch_rows = 1
as '<% api_url %>/promote';

grant usage on function <% database %>.<% schema %>.promote_model(varchar, varchar)
to role <% operator_role %>;
