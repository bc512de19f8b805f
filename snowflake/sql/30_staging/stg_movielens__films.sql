-- one row per MovieLens film
create or replace view <% database %>.staging.stg_movielens__films as
with

films as (
    select * from <% database %>.raw.movielens_films
),

links as (
    select * from <% database %>.raw.movielens_links
)

select
    to_varchar(films.film_id) as film_id,
    films.title,
    films.release_year,
    links.imdb_id,
    links.tmdb_id
from films
left join links
    on films.film_id = links.film_id;
