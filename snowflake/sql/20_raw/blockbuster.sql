-- Made by `make film-data` from film_data/sources/blockbuster/tables.py.

-- one row per film among the most successful of its year
create table if not exists <% database %>.raw.blockbuster_films (
    film_key varchar not null comment 'Year and simplified title',
    list_year number(4, 0) not null,
    rank_in_year number(4, 0) not null,
    title varchar not null,
    studio varchar,
    certificate varchar,
    release_date date,
    runtime_minutes number(6, 0),
    worldwide_gross_usd number(14, 0),
    adjusted_gross_usd number(14, 0) comment 'In dollars of 2015',
    imdb_rating float,
    critics_score float comment 'Rotten Tomatoes, 0 to 10',
    audience_score float comment 'Rotten Tomatoes, 0 to 5',
    primary key (film_key)
);

-- one row per film and genre
create table if not exists <% database %>.raw.blockbuster_film_genres (
    film_key varchar not null,
    genre varchar not null,
    position number(4, 0) not null,
    primary key (film_key, genre)
);
