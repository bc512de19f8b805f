-- one row per film that the catalogue has under an earlier id, too: the same film twice
create or replace view <% database %>.<% schema %>.film_twins as
with

twins as (
    select * from <% database %>.staging.stg_movielens__twins
),

film as (
    select * from <% database %>.<% schema %>.film
)

select
    twins.film_id,
    twins.kept_film_id,
    film.title,
    film.release_year
from twins
inner join film
    on twins.film_id = film.film_id;
