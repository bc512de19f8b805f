-- A viewer's ratings, the newest first; one under another id of a film is the film's.
with

placed as (
    select
        coalesce(film_twins.kept_film_id, viewer_rating.film_id) as film_id,
        viewer_rating.rating,
        viewer_rating.rated_at
    from viewers.viewer_rating
    left join film_twins
        on viewer_rating.film_id = film_twins.film_id
    where viewer_rating.viewer_id = ?
    qualify
        row_number() over (
            partition by coalesce(film_twins.kept_film_id, viewer_rating.film_id)
            order by viewer_rating.rated_at desc, viewer_rating.rating desc
        ) = 1
)

select
    placed.film_id,
    coalesce(film.title, placed.film_id) as title,
    film.release_year,
    placed.rating,
    placed.rated_at,
    film.imdb_id,
    film.tmdb_id
from placed
left join film
    on placed.film_id = film.film_id
order by placed.rated_at desc, title, placed.film_id
