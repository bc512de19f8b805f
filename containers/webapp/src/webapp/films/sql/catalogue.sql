-- All films with what they are shown and searched by, best known first.
select
    film_id,
    title,
    release_year,
    release_date,
    genres,
    directors,
    countries,
    rating_count,
    rating
from film_card
order by rating_count desc, film_id
