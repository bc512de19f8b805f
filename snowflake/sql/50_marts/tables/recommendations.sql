-- one row per user and rank; a training replaces the content
create table if not exists <% database %>.<% schema %>.recommendations (
    user_id varchar not null,
    rank number(4, 0) not null comment '1 is the best',
    item_id varchar not null,
    score float not null comment 'What the rank is by; only its order has a meaning',
    estimated_rating float comment 'On the scale of the ratings; none where the table has none',
    training_job varchar not null,
    generated_at timestamp_ntz not null,
    primary key (user_id, rank)
);

-- tables of earlier versions allow no NULL:
-- https://docs.snowflake.com/en/sql-reference/sql/alter-table-column
alter table <% database %>.<% schema %>.recommendations
alter column estimated_rating drop not null;
