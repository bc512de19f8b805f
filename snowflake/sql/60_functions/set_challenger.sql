-- Lets a training's model answer a share of a model's users, if it passes the gate; waits until it
-- does, at most nine minutes. The same training again changes its share; NULL and 0 end it.
-- Role: operator

create or replace external function <% database %>.<% schema %>.set_challenger(
    model_name varchar,
    training_job varchar,
    share float
)
returns variant
volatile
comment = 'Lets the model of a training answer a share of the users, and waits until it does'
api_integration = <% api_integration %>
max_batch_rows = 1
as '<% api_url %>/challenge';

grant usage on function <% database %>.<% schema %>.set_challenger(varchar, varchar, float)
to role <% operator_role %>;
