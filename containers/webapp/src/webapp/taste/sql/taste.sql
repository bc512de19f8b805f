-- All that a viewer has said of films and genres; a film is known by each of its ids.
select
    preference as kind,
    genre as subject,
    null::float as stars
from viewers.viewer_preference
where viewer_id = ?
union all
select
    'rating' as kind,
    subject,
    stars
from (
    select
        coalesce(film_twins.kept_film_id, viewer_rating.film_id) as subject,
        viewer_rating.rating as stars
    from viewers.viewer_rating
    left join film_twins
        on viewer_rating.film_id = film_twins.film_id
    where viewer_rating.viewer_id = ?
    qualify
        row_number() over (
            partition by coalesce(film_twins.kept_film_id, viewer_rating.film_id)
            order by viewer_rating.rated_at desc, viewer_rating.rating desc
        ) = 1
) as rated
union all
select
    'dismissed' as kind,
    coalesce(film_twins.kept_film_id, dismissed_film.film_id) as subject,
    null::float as stars
from viewers.dismissed_film
left join film_twins
    on dismissed_film.film_id = film_twins.film_id
where dismissed_film.viewer_id = ?
