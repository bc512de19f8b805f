-- The best films of a genre, by the average that a few votes cannot push far.
select film_card.film_id
from film_card
inner join film_genre
    on film_card.film_id = film_genre.film_id
where film_genre.genre = ? and film_card.rating is not null
order by film_card.rating desc, film_card.film_id
limit 500
