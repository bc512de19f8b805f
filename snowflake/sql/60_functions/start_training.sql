-- The same, without waiting; options holds hyperparameters, for example {'n_factors': 50}.
-- Role: operator

create or replace external function <% database %>.<% schema %>.start_training(
    input_table varchar,
    output_table varchar,
    options object
)
returns variant
volatile
comment = 'Starts a training and answers at once with the name of its training job'
api_integration = <% api_integration %>
context_headers = (current_database, current_schema)
max_batch_rows = 1
as '<% api_url %>/start-training';

grant usage on function <% database %>.<% schema %>.start_training(varchar, varchar, object)
to role <% operator_role %>;
