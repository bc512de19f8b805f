-- one row per film
create table if not exists <% database %>.<% schema %>.film (
    film_id varchar not null comment 'Id in the ratings',
    title varchar not null comment 'In English, without the year, article first',
    release_year number(4, 0),
    release_date date,
    imdb_id varchar,
    tmdb_id number(10, 0),
    original_title varchar,
    original_language varchar comment 'ISO 639-1',
    overview varchar,
    collection varchar,
    runtime_minutes number(6, 0),
    budget_usd number(14, 0),
    revenue_usd number(14, 0),
    popularity float comment 'At TMDB; only its order has a meaning',
    vote_average float comment 'At TMDB, 0 to 10',
    vote_count number(10, 0) comment 'At TMDB',
    is_adult boolean comment 'An adult film, says TMDB',
    primary key (film_id)
);
