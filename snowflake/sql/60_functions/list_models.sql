-- The deployed models, with their state and training job.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.list_models()
returns variant
volatile
comment = 'The deployed models'
api_integration = <% api_integration %>
max_batch_rows = 1
as '<% api_url %>/models';

grant usage on function <% database %>.<% schema %>.list_models()
to role <% analyst_role %>;
