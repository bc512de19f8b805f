-- The best films of a genre, by the average that a few votes cannot push far.
select film_id
from film_card
where array_contains(?::variant, genres) and rating is not null
order by rating desc, film_id
limit 500
