-- Views on the recommendations.

-- one row per user: the recommended items, best first
create or replace view <% database %>.<% schema %>.recommendations_by_user as
select
    user_id,
    array_agg(item_id) within group (order by rank) as item_ids,
    max(training_job) as training_job,
    max(generated_at) as generated_at
from <% database %>.<% schema %>.recommendations
group by user_id;

-- one row per user and rank, with the film's title
create or replace view <% database %>.<% schema %>.recommended_films as
select
    recommendations.user_id,
    recommendations.rank,
    recommendations.item_id as film_id,
    film.title,
    film.release_year,
    recommendations.estimated_rating,
    recommendations.generated_at
from <% database %>.<% schema %>.recommendations
left join <% database %>.<% schema %>.film
    on recommendations.item_id = film.film_id;
