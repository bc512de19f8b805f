-- one row per user of the loaded ratings
create table if not exists <% database %>.<% schema %>.rater (
    user_id varchar not null comment 'Id in the ratings',
    age number(3, 0),
    gender varchar,
    occupation varchar,
    postal_code varchar,
    ratings number(10, 0) not null,
    mean_rating float not null,
    first_rated_at timestamp_ntz not null,
    last_rated_at timestamp_ntz not null,
    primary key (user_id)
);
