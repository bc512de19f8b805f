select coalesce(film_twins.kept_film_id, dismissed_film.film_id) as film_id
from viewers.dismissed_film
left join film_twins
    on dismissed_film.film_id = film_twins.film_id
where dismissed_film.viewer_id = ?
group by 1
order by max(dismissed_film.dismissed_at) desc, film_id
