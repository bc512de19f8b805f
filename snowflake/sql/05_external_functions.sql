-- The external functions: SQL calls on one side, the API's resources on the other.
-- All are volatile: a model changes with each deployment, and trainings have side effects.
-- A replaced function loses its grants, so 06_grants.sql runs after this script, always.
-- max_batch_rows = 1 where a batch is one piece of work that its id names; elsewhere a full batch
-- fits four times into the time that the API gateway allows.

-- Trains on the input table and replaces the output table with everybody's top 10; waits for the
-- end of the training, at most nine minutes.
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

-- The same, without waiting; options holds hyperparameters, for example {'n_factors': 50}.
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

-- The answer of a finished training, or its state, or the reason it failed.
create or replace external function <% database %>.<% schema %>.training_status(
    training_job varchar
)
returns variant
volatile
comment = 'State or result of a training job'
api_integration = <% api_integration %>
max_batch_rows = 50
as '<% api_url %>/training-status';

-- Creates or updates the endpoint of a model; waits until it is in service, at most nine minutes.
-- The artifact is the name of a training job or the S3 address in its answer.
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

-- Removes the endpoint of a model, its configuration and its model.
create or replace external function <% database %>.<% schema %>.undeploy_model(
    model_name varchar
)
returns variant
volatile
comment = 'Removes the endpoint of a model'
api_integration = <% api_integration %>
max_batch_rows = 1
as '<% api_url %>/undeploy';

-- The deployed models, with their state and training job.
create or replace external function <% database %>.<% schema %>.list_models()
returns variant
volatile
comment = 'The deployed models'
api_integration = <% api_integration %>
max_batch_rows = 50
as '<% api_url %>/models';

-- The rating that the user would give to the item, on the scale of the data; NULL for a NULL.
create or replace external function <% database %>.<% schema %>.invoke_model(
    model_name varchar,
    user_id varchar,
    item_id varchar
)
returns float
volatile
comment = 'Estimated rating of an item by a user'
api_integration = <% api_integration %>
max_batch_rows = 10000
as '<% api_url %>/invoke';

-- The same, and whether the model knows the user and the item.
create or replace external function <% database %>.<% schema %>.invoke_model_details(
    model_name varchar,
    user_id varchar,
    item_id varchar
)
returns variant
volatile
comment = 'Estimated rating, known user, known item, model artifact'
api_integration = <% api_integration %>
max_batch_rows = 10000
as '<% api_url %>/invoke-details';

-- The n best items that the user has not rated.
create or replace external function <% database %>.<% schema %>.recommend(
    model_name varchar,
    user_id varchar,
    n number
)
returns variant
volatile
comment = 'The n best items that the user has not rated'
api_integration = <% api_integration %>
max_batch_rows = 500
as '<% api_url %>/recommend';

-- The rating that somebody with these ratings would give to the item, learnt on the spot; ratings
-- are an object from item ids to numbers, for example {'242': 4}; NULL for a NULL.
create or replace external function <% database %>.<% schema %>.estimate_for(
    model_name varchar,
    ratings object,
    item_id varchar
)
returns float
volatile
comment = 'Estimated rating of an item by somebody with these ratings'
api_integration = <% api_integration %>
max_batch_rows = 1000
as '<% api_url %>/estimate-for';

-- The n best items for somebody with these ratings, or with none, within filters:
-- exclude_items, genres, exclude_genres, countries, exclude_countries, years (first and last), and
-- viewer, what a new viewer said: favourite_genres, country, birth_year, season.
create or replace external function <% database %>.<% schema %>.recommend_for(
    model_name varchar,
    ratings object,
    n number,
    filters object
)
returns variant
volatile
comment = 'The n best items for somebody with these ratings, within filters'
api_integration = <% api_integration %>
max_batch_rows = 100
as '<% api_url %>/recommend-for';
