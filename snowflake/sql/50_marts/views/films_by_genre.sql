-- one row per genre: its films, and their share of all films whose genres are known. A film of
-- several genres counts for each, so the shares add up to more than 1.
create or replace view <% database %>.<% schema %>.films_by_genre as
with

film_genre as (
    select * from <% database %>.<% schema %>.film_genre
),

known as (
    select count(distinct film_id) as films from film_genre
)

select
    film_genre.genre,
    count(*) as films,
    count(*) / max(known.films) as share_of_films
from film_genre
cross join known
group by film_genre.genre;
