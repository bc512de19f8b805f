-- one row per user and film: the newest rating
create table if not exists <% database %>.<% schema %>.ratings (
    user_id varchar not null,
    film_id varchar not null,
    rating float not null comment 'On the scale of the data set',
    rated_at timestamp_ntz,
    primary key (user_id, film_id),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id)
);
