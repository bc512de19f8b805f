-- Lets the version that served before serve again; waits until it does, at most nine minutes.
-- Role: operator

create or replace external function <% database %>.<% schema %>.roll_back(
    model_name varchar
)
returns variant
volatile
comment = 'Lets the version that served before serve again'
api_integration = <% api_integration %>
max_batch_rows = 1
as '<% api_url %>/roll-back';

grant usage on function <% database %>.<% schema %>.roll_back(varchar)
to role <% operator_role %>;
