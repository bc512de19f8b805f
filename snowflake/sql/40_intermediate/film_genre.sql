-- one row per film and genre: MovieLens's genres, for other films TMDB's
create or replace view <% database %>.intermediate.film_genre as
with

movielens_film_genres as (
    select * from <% database %>.staging.stg_movielens__film_genres
),

-- the same input once more; a step that is read twice may be kept in memory
films_with_genres as (
    select * from <% database %>.staging.stg_movielens__film_genres
),

tmdb_film_genres as (
    select * from <% database %>.raw.tmdb_film_genres
),

tmdb_film_ids as (
    select * from <% database %>.intermediate.tmdb_film_ids
),

tmdb as (
    select
        tmdb_film_ids.film_id,
        tmdb_film_genres.genre,
        tmdb_film_genres.position
    from tmdb_film_genres
    inner join tmdb_film_ids
        on tmdb_film_genres.tmdb_id = tmdb_film_ids.tmdb_id
)

select
    film_id,
    genre,
    position
from movielens_film_genres
union all
select
    tmdb.film_id,
    tmdb.genre,
    tmdb.position
from tmdb
where not exists (
    select 1
    from films_with_genres
    where films_with_genres.film_id = tmdb.film_id
);
