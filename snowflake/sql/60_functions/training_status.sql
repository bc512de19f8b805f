-- The answer of a finished training, or its state, or the reason it failed.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.training_status(
    training_job varchar
)
returns variant
volatile
comment = 'State or result of a training job'
api_integration = <% api_integration %>
max_batch_rows = 50
as '<% api_url %>/training-status';

grant usage on function <% database %>.<% schema %>.training_status(varchar)
to role <% analyst_role %>;
