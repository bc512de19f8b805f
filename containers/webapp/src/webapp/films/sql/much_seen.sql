-- The films that most people rated.
select film_id
from film_card
where rating_count > 0
order by rating_count desc, film_id
limit 500
