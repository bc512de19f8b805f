select film_id
from viewers.dismissed_film
where viewer_id = ?
order by dismissed_at desc, film_id
