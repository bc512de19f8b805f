-- one row per genre
create or replace view <% database %>.intermediate.genre as
with

film_genre as (
    select * from <% database %>.intermediate.film_genre
)

select
    genre,
    count(*) as films
from film_genre
group by genre;
