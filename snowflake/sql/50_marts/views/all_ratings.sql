-- one row per user and film: the loaded ratings and those of the web app, to train on
create or replace view <% database %>.<% schema %>.all_ratings as
with

ratings as (
    select * from <% database %>.<% schema %>.ratings
),

viewer_ratings as (
    select * from <% database %>.<% schema %>.viewer_ratings
)

select
    user_id,
    film_id,
    rating,
    rated_at
from ratings
union all
select
    user_id,
    film_id,
    rating,
    rated_at
from viewer_ratings;
