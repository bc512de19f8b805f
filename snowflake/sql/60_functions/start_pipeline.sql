-- Trains, asks the gate, and brings what passes into service; options holds those of the training
-- and least_new_ratings.
-- Role: operator

create or replace external function <% database %>.<% schema %>.start_pipeline(
    model_name varchar,
    input_table varchar,
    output_table varchar,
    options object
)
returns variant
volatile
comment = 'Starts a run of the nightly loop and answers at once with its name'
api_integration = <% api_integration %>
context_headers = (current_database, current_schema)
max_batch_rows = 1
as '<% api_url %>/start-pipeline';

grant usage on function <% database %>.<% schema %>.start_pipeline(
    varchar, varchar, varchar, object
)
to role <% operator_role %>;
