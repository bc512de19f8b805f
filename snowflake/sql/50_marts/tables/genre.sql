-- one row per genre
create table if not exists <% database %>.<% schema %>.genre (
    genre varchar not null,
    films number(10, 0) not null,
    primary key (genre)
);
