-- one row per user and film: the loaded ratings and those of the web app, to train on
create or replace view <% database %>.<% schema %>.all_ratings as
select
    ratings.user_id,
    ratings.film_id,
    ratings.rating,
    ratings.rated_at
from <% database %>.<% schema %>.ratings
union all
select
    viewer_ratings.user_id,
    viewer_ratings.film_id,
    viewer_ratings.rating,
    viewer_ratings.rated_at
from <% database %>.<% schema %>.viewer_ratings;
