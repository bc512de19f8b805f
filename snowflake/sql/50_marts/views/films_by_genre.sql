-- one row per genre: its films, and their share of all films whose genres are known. A film of
-- several genres counts for each, so the shares add up to more than 1.
create or replace view <% database %>.<% schema %>.films_by_genre as
with

film_genre as (
    select * from <% database %>.<% schema %>.film_genre
),

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
),

one_id_each as (
    select film_genre.*
    from film_genre
    left join film_twins
        on film_genre.film_id = film_twins.film_id
    where film_twins.film_id is null
),

known as (
    select count(distinct film_id) as films from one_id_each
)

select
    one_id_each.genre,
    count(*) as films,
    count(*) / max(known.films) as share_of_films
from one_id_each
cross join known
group by one_id_each.genre;
