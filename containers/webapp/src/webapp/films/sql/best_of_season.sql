-- The best films first shown in a season, which is given by its three months in the northern half
-- of the world and a JSON array of the countries in the southern half, where it is six months off.
-- A first of January is how film data says that only the year is known.
with

southern as (
    select given.value::varchar as country_code
    from table(flatten(input => parse_json(?))) as given
),

shown as (
    select
        film_card.film_id,
        film_card.rating,
        month(film_card.release_date) as release_month,
        case when southern.country_code is null then 0 else 6 end as months_off
    from film_card
    left join film_country
        on film_card.film_id = film_country.film_id and film_country.position = 1
    left join southern
        on film_country.country_code = southern.country_code
    where
        film_card.rating is not null
        and film_card.release_date is not null
        and not (month(film_card.release_date) = 1 and day(film_card.release_date) = 1)
)

select film_id
from shown
where mod(release_month - 1 + months_off, 12) + 1 in (?, ?, ?)
order by rating desc, film_id
limit 500
