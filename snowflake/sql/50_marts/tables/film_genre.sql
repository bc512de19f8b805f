-- one row per film and genre
create table if not exists <% database %>.<% schema %>.film_genre (
    film_id varchar not null,
    genre varchar not null,
    position number(4, 0) not null comment '1 is the first that the source names',
    primary key (film_id, genre),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id),
    foreign key (genre) references <% database %>.<% schema %>.genre (genre)
);
