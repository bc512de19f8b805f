-- The best films first shown in one of the months, which are given as a JSON array of numbers.
-- A first of January is how film data says that only the year is known.
select film_id
from film_card
where
    array_contains(month(release_date)::variant, parse_json(?)::array)
    and not (month(release_date) = 1 and day(release_date) = 1)
    and rating is not null
order by rating desc, film_id
limit 500
