-- Made by `make film-data` from film_data/sources/omdb/tables.py.

-- one row per film of the OMDb extract
create table if not exists <% database %>.raw.omdb_films (
    omdb_id number(10, 0) not null,
    imdb_id varchar,
    title varchar not null,
    release_year number(4, 0),
    release_date date,
    runtime_minutes number(6, 0),
    primary key (omdb_id)
);

-- one row per film and genre
create table if not exists <% database %>.raw.omdb_film_genres (
    omdb_id number(10, 0) not null,
    genre varchar not null,
    position number(4, 0) not null,
    primary key (omdb_id, genre)
);

-- one row per film and country of production
create table if not exists <% database %>.raw.omdb_film_countries (
    omdb_id number(10, 0) not null,
    country varchar not null,
    country_code varchar comment 'ISO 3166-1 alpha-2; states that are gone have none',
    position number(4, 0) not null,
    primary key (omdb_id, country)
);

-- one row per film, job and person
create table if not exists <% database %>.raw.omdb_credits (
    omdb_id number(10, 0) not null,
    name varchar not null,
    job varchar not null,
    position number(5, 0) not null,
    primary key (omdb_id, job, name)
);
