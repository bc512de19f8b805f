-- All that a viewer has said of films and genres.
select
    preference as kind,
    genre as subject,
    null::float as stars
from viewers.viewer_preference
where viewer_id = ?
union all
select
    'rating' as kind,
    film_id as subject,
    rating as stars
from viewers.viewer_rating
where viewer_id = ?
union all
select
    'dismissed' as kind,
    film_id as subject,
    null::float as stars
from viewers.dismissed_film
where viewer_id = ?
