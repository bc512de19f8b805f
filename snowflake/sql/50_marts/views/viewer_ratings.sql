-- one row per viewer and film, for analysts and training: ratings given in the web app
create or replace view <% database %>.<% schema %>.viewer_ratings as
select
    viewer_rating.viewer_id as user_id,
    viewer_rating.film_id,
    viewer_rating.rating,
    viewer_rating.rated_at
from <% database %>.viewers.viewer_rating;
