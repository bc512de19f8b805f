-- Made by `make film-data` from film_data/sources/tmdb/tables.py.

-- one row per film
create table if not exists <% database %>.raw.tmdb_films (
    tmdb_id number(10, 0) not null,
    imdb_id varchar,
    title varchar not null,
    original_title varchar,
    original_language varchar,
    overview varchar,
    collection varchar,
    status varchar,
    release_date date,
    runtime_minutes number(6, 0),
    budget_usd number(14, 0),
    revenue_usd number(14, 0),
    popularity float,
    vote_average float,
    vote_count number(10, 0),
    is_adult boolean,
    primary key (tmdb_id)
);

-- one row per film and genre
create table if not exists <% database %>.raw.tmdb_film_genres (
    tmdb_id number(10, 0) not null,
    genre varchar not null,
    position number(4, 0) not null,
    primary key (tmdb_id, genre),
    foreign key (tmdb_id) references <% database %>.raw.tmdb_films (tmdb_id)
);

-- one row per film and country of production
create table if not exists <% database %>.raw.tmdb_film_countries (
    tmdb_id number(10, 0) not null,
    country varchar not null,
    country_code varchar comment 'ISO 3166-1 alpha-2; states that are gone have none',
    position number(4, 0) not null,
    primary key (tmdb_id, country),
    foreign key (tmdb_id) references <% database %>.raw.tmdb_films (tmdb_id)
);

-- one row per film and keyword
create table if not exists <% database %>.raw.tmdb_film_keywords (
    tmdb_id number(10, 0) not null,
    keyword varchar not null,
    position number(4, 0) not null,
    primary key (tmdb_id, keyword)
);

-- one row per credit: a person's job on a film, or a part in it
create table if not exists <% database %>.raw.tmdb_credits (
    tmdb_id number(10, 0) not null,
    credit_id varchar not null,
    person_id number(10, 0) not null,
    name varchar not null,
    gender varchar,
    department varchar not null,
    job varchar not null,
    part varchar comment 'Name of the character, of actors',
    position number(5, 0) not null comment 'Order in the list; 1 is the first',
    primary key (credit_id)
);

-- one row per MovieLens film with its ids elsewhere
create table if not exists <% database %>.raw.tmdb_links (
    film_id number(10, 0) not null,
    imdb_id varchar,
    tmdb_id number(10, 0),
    primary key (film_id)
);

-- one row per user and film, by MovieLens's film id: the newest rating
create table if not exists <% database %>.raw.tmdb_ratings (
    user_id number(10, 0) not null,
    film_id number(10, 0) not null,
    rating float not null comment '0.5 to 5',
    rated_at number(12, 0) not null comment 'Seconds since 1970, UTC',
    primary key (user_id, film_id)
);
