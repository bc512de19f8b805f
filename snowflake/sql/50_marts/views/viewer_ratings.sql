-- one row per viewer and film, for analysts and training: ratings given in the web app
create or replace view <% database %>.<% schema %>.viewer_ratings as
with

viewer_rating as (
    select * from <% database %>.viewers.viewer_rating
)

select
    viewer_id as user_id,
    film_id,
    rating,
    rated_at
from viewer_rating;
