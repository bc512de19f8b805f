-- one row per country: its films, and their share of all films whose countries are known. A film
-- of several countries counts for each, so the shares add up to more than 1.
create or replace view <% database %>.<% schema %>.films_by_country as
with

film_country as (
    select * from <% database %>.<% schema %>.film_country
),

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
),

one_id_each as (
    select film_country.*
    from film_country
    left join film_twins
        on film_country.film_id = film_twins.film_id
    where film_twins.film_id is null
),

known as (
    select count(distinct film_id) as films from one_id_each
)

select
    one_id_each.country,
    max(one_id_each.country_code) as country_code,
    count(*) as films,
    count(*) / max(known.films) as share_of_films
from one_id_each
cross join known
group by one_id_each.country;
