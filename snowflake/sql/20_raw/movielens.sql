-- Made by `make film-data` from film_data/sources/movielens/tables.py.

-- one row per film of the loaded edition
create table if not exists <% database %>.raw.movielens_films (
    film_id number(10, 0) not null,
    title varchar not null comment 'Without the year, article first',
    release_year number(4, 0),
    primary key (film_id)
);

-- one row per film and genre
create table if not exists <% database %>.raw.movielens_film_genres (
    film_id number(10, 0) not null,
    genre varchar not null,
    position number(4, 0) not null,
    primary key (film_id, genre),
    foreign key (film_id) references <% database %>.raw.movielens_films (film_id)
);

-- one row per film with its ids elsewhere
create table if not exists <% database %>.raw.movielens_links (
    film_id number(10, 0) not null,
    imdb_id varchar,
    tmdb_id number(10, 0),
    primary key (film_id)
);

-- one row per film that the edition has under a lower id, too
create table if not exists <% database %>.raw.movielens_twins (
    film_id number(10, 0) not null,
    kept_film_id number(10, 0) not null,
    primary key (film_id)
);

-- one row per user, film and tag
create table if not exists <% database %>.raw.movielens_tags (
    user_id number(10, 0) not null,
    film_id number(10, 0) not null,
    tag varchar not null,
    tagged_at number(12, 0) comment 'Seconds since 1970, UTC',
    primary key (user_id, film_id, tag)
);

-- one row per user, in the editions that describe users
create table if not exists <% database %>.raw.movielens_viewers (
    user_id number(10, 0) not null,
    age number(3, 0) comment 'In the 1M layout the lowest age of a group',
    gender varchar,
    occupation varchar,
    postal_code varchar,
    primary key (user_id)
);

-- one row per user and film: the newest rating
create table if not exists <% database %>.raw.movielens_ratings (
    user_id number(10, 0) not null,
    film_id number(10, 0) not null,
    rating float not null comment '0.5 to 5',
    rated_at number(12, 0) not null comment 'Seconds since 1970, UTC',
    primary key (user_id, film_id)
);
