-- one row per film that the catalogue has under an earlier id, too: the same film twice
create or replace view <% database %>.<% schema %>.film_twins as
with

movielens_twins as (
    select * from <% database %>.staging.stg_movielens__twins
),

tmdb_twins as (
    select * from <% database %>.staging.stg_tmdb__twins
),

-- only looked at for whether there are any; the links are of the same films
movielens_films as (
    select * from <% database %>.staging.stg_movielens__films
),

film as (
    select * from <% database %>.<% schema %>.film
),

twins as (
    select
        film_id,
        kept_film_id
    from movielens_twins
    union all
    select
        film_id,
        kept_film_id
    from tmdb_twins
    where not exists (select 1 from movielens_films)
)

select
    twins.film_id,
    twins.kept_film_id,
    film.title,
    film.release_year
from twins
inner join film
    on twins.kept_film_id = film.film_id;
