-- The best films first shown in one of three months.
-- A first of January is how film data says that only the year is known.
select film_id
from film_card
where
    month(release_date) in (?, ?, ?)
    and not (month(release_date) = 1 and day(release_date) = 1)
    and rating is not null
order by rating desc, film_id
limit 500
