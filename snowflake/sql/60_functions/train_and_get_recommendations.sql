-- Trains on the input table and replaces the output table with everybody's top 10; waits for the
-- end of the training, at most nine minutes.
-- Role: operator

create or replace external function <% database %>.<% schema %>.train_and_get_recommendations(
    input_table varchar,
    output_table varchar
)
returns variant
volatile
comment = 'Trains on the input table, replaces the output table, waits for the end'
api_integration = <% api_integration %>
context_headers = (current_database, current_schema)
max_batch_rows = 1
as '<% api_url %>/train';

grant usage on function <% database %>.<% schema %>.train_and_get_recommendations(varchar, varchar)
to role <% operator_role %>;
