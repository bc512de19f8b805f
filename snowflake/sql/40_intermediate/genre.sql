-- one row per genre
create or replace view <% database %>.intermediate.genre as
select
    genre,
    count(*) as films
from <% database %>.intermediate.film_genre
group by genre;
