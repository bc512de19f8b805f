-- one row per user and rank; a training replaces the content
create table if not exists <% database %>.<% schema %>.recommendations (
    user_id varchar not null,
    rank number(4, 0) not null comment '1 is the best',
    item_id varchar not null,
    score float not null comment 'What the rank is by; only its order has a meaning',
    estimated_rating float not null comment 'On the scale of the ratings',
    training_job varchar not null,
    generated_at timestamp_ntz not null,
    primary key (user_id, rank)
);
