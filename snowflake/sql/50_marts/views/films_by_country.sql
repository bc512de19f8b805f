-- one row per country: its films, and their share of all films whose countries are known. A film
-- of several countries counts for each, so the shares add up to more than 1.
create or replace view <% database %>.<% schema %>.films_by_country as
with

film_country as (
    select * from <% database %>.<% schema %>.film_country
),

known as (
    select count(distinct film_id) as films from film_country
)

select
    film_country.country,
    max(film_country.country_code) as country_code,
    count(*) as films,
    count(*) / max(known.films) as share_of_films
from film_country
cross join known
group by film_country.country;
