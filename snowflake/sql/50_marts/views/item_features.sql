-- one row per film: genres between bars, and countries, each by its name and its code
create or replace view <% database %>.<% schema %>.item_features as
with

film_genre as (
    select * from <% database %>.<% schema %>.film_genre
),

film_country as (
    select * from <% database %>.<% schema %>.film_country
),

film as (
    select * from <% database %>.<% schema %>.film
),

genres as (
    select
        film_id,
        listagg(genre, '|') within group (order by position, genre) as genres
    from film_genre
    group by film_id
),

countries as (
    select
        film_id,
        listagg(
            coalesce(country || '|' || country_code, country), '|'
        ) within group (order by position, country) as countries
    from film_country
    group by film_id
)

select
    film.film_id as item_id,
    genres.genres,
    countries.countries,
    film.release_year
from film
left join genres
    on film.film_id = genres.film_id
left join countries
    on film.film_id = countries.film_id;
