-- The same with options: {'force': true} lets what fails the gate answer, too, and the registry
-- says so for ever.
-- Role: operator

create or replace external function <% database %>.<% schema %>.set_challenger(
    model_name varchar,
    training_job varchar,
    share float,
    options object
)
returns variant
volatile
comment = 'Lets a model that passes the gate or is forced answer a share of the users'
api_integration = <% api_integration %>
max_batch_rows = 1
as '<% api_url %>/challenge';

grant usage on function <% database %>.<% schema %>.set_challenger(varchar, varchar, float, object)
to role <% operator_role %>;
