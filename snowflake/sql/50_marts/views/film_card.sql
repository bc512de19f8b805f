-- one row per film, under one id: what it is shown and searched by, its other ids, and its Bayesian
-- average of film_scores
create or replace view <% database %>.<% schema %>.film_card as
with

film_genre as (
    select * from <% database %>.<% schema %>.film_genre
),

film_country as (
    select * from <% database %>.<% schema %>.film_country
),

film_director as (
    select * from <% database %>.<% schema %>.film_director
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

film_scores as (
    select * from <% database %>.<% schema %>.film_scores
),

genres as (
    select
        film_id,
        array_agg(genre) within group (order by position, genre) as genres
    from film_genre
    group by film_id
),

countries as (
    select
        film_id,
        array_agg(coalesce(country_code, country))
        within group (order by position, country) as countries
    from film_country
    group by film_id
),

directors as (
    select
        film_id,
        array_agg(name) within group (order by position, person_id, name) as directors
    from film_director
    group by film_id
),

other_ids as (
    select
        kept_film_id,
        array_agg(film_id) within group (order by film_id) as other_ids
    from film_twins
    group by kept_film_id
)

select
    film.film_id,
    film.title,
    film.release_year,
    film.release_date,
    genres.genres,
    directors.directors,
    countries.countries,
    film_scores.bayesian_rating as rating,
    coalesce(film_scores.ratings, 0) as rating_count,
    other_ids.other_ids
from film
left join genres
    on film.film_id = genres.film_id
left join countries
    on film.film_id = countries.film_id
left join directors
    on film.film_id = directors.film_id
left join film_scores
    on film.film_id = film_scores.film_id
left join other_ids
    on film.film_id = other_ids.kept_film_id
where not exists (
    select 1
    from twins_to_leave_out
    where twins_to_leave_out.film_id = film.film_id
);
