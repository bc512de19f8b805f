-- Evaluates a deployed model on a table of ratings beside the most popular items; waits for the
-- figures, at most nine minutes. What the model was trained on is left out.
-- Role: operator

create or replace external function <% database %>.<% schema %>.evaluate_model(
    model_name varchar,
    input_table varchar
)
returns variant
volatile
comment = 'Evaluates a deployed model on a table of ratings'
api_integration = <% api_integration %>
context_headers = (current_database, current_schema)
max_batch_rows = 1
as '<% api_url %>/evaluate';

grant usage on function <% database %>.<% schema %>.evaluate_model(varchar, varchar)
to role <% operator_role %>;
