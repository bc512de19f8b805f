-- one row per MovieLens film
create or replace view <% database %>.staging.stg_movielens__films as
select
    to_varchar(movielens_films.film_id) as film_id,
    movielens_films.title,
    movielens_films.release_year,
    movielens_links.imdb_id,
    movielens_links.tmdb_id
from <% database %>.raw.movielens_films
left join <% database %>.raw.movielens_links
    on movielens_films.film_id = movielens_links.film_id;
