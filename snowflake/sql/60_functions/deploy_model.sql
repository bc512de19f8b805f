-- Creates or updates the endpoint of a model; waits until it is in service, at most nine minutes.
-- The artifact is the name of a training job or the S3 address in its answer.
-- Role: operator

create or replace external function <% database %>.<% schema %>.deploy_model(
    model_name varchar,
    model_artifact varchar
)
returns variant
volatile
comment = 'Creates or updates the endpoint of a model and waits until it is in service'
api_integration = <% api_integration %>
max_batch_rows = 1
as '<% api_url %>/deploy';

grant usage on function <% database %>.<% schema %>.deploy_model(varchar, varchar)
to role <% operator_role %>;
