-- one row per finished training: what it was, and how good it is on ratings that it did not see
create table if not exists <% database %>.<% schema %>.model_run (
    training_job varchar not null,
    finished_at timestamp_ntz not null,
    input_table varchar not null,
    output_table varchar not null,
    algorithm varchar not null comment 'How ratings are estimated',
    ranking varchar not null comment 'How items are ordered',
    users number(10, 0) not null,
    items number(10, 0) not null,
    ratings number(12, 0) not null,
    rmse float comment 'Root mean square error of estimated ratings, by cross-validation',
    mae float comment 'Mean absolute error of estimated ratings, cross-validated',
    ndcg_at_10 float comment 'Of lists, on a fifth of each user''s ratings that was held back',
    recall_at_10 float comment 'Share of the held-back ratings among the ten',
    coverage float comment 'Share of the items that are in somebody''s list',
    popular_ndcg_at_10 float comment 'The same of the most rated items',
    estimated_ndcg_at_10 float comment 'The same of the highest estimated ratings',
    metrics varchar not null comment 'All figures, as a JSON object',
    hyperparameters varchar not null comment 'As a JSON object',
    judgement variant comment 'Figures beside the model that served, on newer ratings',
    primary key (training_job)
);

-- tables of earlier versions have no such column:
-- https://docs.snowflake.com/en/sql-reference/sql/alter-table
alter table <% database %>.<% schema %>.model_run
add column if not exists judgement variant;

-- nor do they allow a training without estimates:
-- https://docs.snowflake.com/en/sql-reference/sql/alter-table-column
alter table <% database %>.<% schema %>.model_run alter column rmse drop not null;
alter table <% database %>.<% schema %>.model_run alter column mae drop not null;
