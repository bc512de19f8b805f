-- one row per user and rank, with the film's title
create or replace view <% database %>.<% schema %>.recommended_films as
with

recommendations as (
    select * from <% database %>.<% schema %>.recommendations
),

film as (
    select * from <% database %>.<% schema %>.film
)

select
    recommendations.user_id,
    recommendations.rank,
    recommendations.item_id as film_id,
    film.title,
    film.release_year,
    recommendations.estimated_rating,
    recommendations.generated_at
from recommendations
left join film
    on recommendations.item_id = film.film_id;
