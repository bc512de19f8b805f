-- one row per MovieLens film and genre
create or replace view <% database %>.staging.stg_movielens__film_genres as
with

film_genres as (
    select * from <% database %>.raw.movielens_film_genres
)

select
    to_varchar(film_id) as film_id,
    genre,
    position
from film_genres;
