select
    viewer_rating.film_id,
    coalesce(film.title, viewer_rating.film_id) as title,
    film.release_year,
    viewer_rating.rating,
    viewer_rating.rated_at,
    film.imdb_id,
    film.tmdb_id
from viewers.viewer_rating
left join film
    on viewer_rating.film_id = film.film_id
where viewer_rating.viewer_id = ?
order by viewer_rating.rated_at desc, title, viewer_rating.film_id
