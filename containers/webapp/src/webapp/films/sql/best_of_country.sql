-- The best films made in a country, by its ISO 3166-1 alpha-2 code.
select film_card.film_id
from film_card
inner join film_country
    on film_card.film_id = film_country.film_id
where film_country.country_code = ? and film_card.rating is not null
order by film_card.rating desc, film_card.film_id
limit 500
