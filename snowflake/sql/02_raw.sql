-- Raw tables: the rows of the data sets' files after cleaning, one table per kind of file.
-- A load replaces all tables of its data set in one transaction.

-- one row per film of the loaded MovieLens edition
create table if not exists <% database %>.raw.movielens_films (
    film_id number(10, 0) not null,
    title varchar not null comment 'Without the year, article first',
    release_year number(4, 0),
    genres varchar comment 'Joined by |',
    primary key (film_id)
);

-- one row per user and film of the loaded MovieLens edition: the newest rating
create table if not exists <% database %>.raw.movielens_ratings (
    user_id number(10, 0) not null,
    film_id number(10, 0) not null,
    rating float not null comment '0.5 to 5',
    rated_at number(12, 0) not null comment 'Seconds since 1970, UTC',
    primary key (user_id, film_id)
);
