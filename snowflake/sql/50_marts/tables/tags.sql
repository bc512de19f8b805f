-- one row per user, film and tag
create table if not exists <% database %>.<% schema %>.tags (
    user_id varchar not null,
    film_id varchar not null,
    tag varchar not null,
    tagged_at timestamp_ntz,
    primary key (user_id, film_id, tag),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id)
);
