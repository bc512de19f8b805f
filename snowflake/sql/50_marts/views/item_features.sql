-- one row per film, under one id: genres between bars, countries, each by its name and its code,
-- and the other ids of the film, whose ratings a training counts for this one
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

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
),

-- the same input once more; a step that is read twice may be kept in memory
twins_to_leave_out as (
    select * from <% database %>.<% schema %>.film_twins
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
),

other_ids as (
    select
        kept_film_id,
        listagg(film_id, '|') within group (order by film_id) as other_ids
    from film_twins
    group by kept_film_id
)

select
    film.film_id as item_id,
    genres.genres,
    countries.countries,
    film.release_year,
    other_ids.other_ids
from film
left join genres
    on film.film_id = genres.film_id
left join countries
    on film.film_id = countries.film_id
left join other_ids
    on film.film_id = other_ids.kept_film_id
where not exists (
    select 1
    from twins_to_leave_out
    where twins_to_leave_out.film_id = film.film_id
);
