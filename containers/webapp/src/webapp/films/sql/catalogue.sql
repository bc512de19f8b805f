-- All films with what they are shown, searched and recognised by, best known first.
select
    film_card.film_id,
    film_card.title,
    film_card.release_year,
    film_card.release_date,
    film_card.genres,
    film_card.directors,
    film_card.countries,
    film_card.rating_count,
    film_card.rating,
    film.imdb_id,
    film.tmdb_id,
    film.original_title,
    film_card.other_ids
from film_card
left join film
    on film_card.film_id = film.film_id
order by film_card.rating_count desc, film_card.film_id
