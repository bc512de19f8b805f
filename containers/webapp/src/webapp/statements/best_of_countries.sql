-- The best films made in one of the countries, which are given as a JSON array of names.
select film_id
from film_card
where arrays_overlap(countries, parse_json(?)::array) and rating is not null
order by rating desc, film_id
limit 500
