-- The films that people within five years of an age like best, as if each had ten more ratings of
-- an average kind: a few votes cannot carry a film to the top.
with

near as (
    select
        film_id,
        sum(rating_count) as rating_count,
        sum(rating_total) as rating_total
    from ratings_by_age
    where age between ? - 5 and ? + 5
    group by film_id
),

average as (
    select sum(rating_total) / sum(rating_count) as rating from near
)

select near.film_id
from near
cross join average
order by
    (near.rating_total + 10 * average.rating) / (near.rating_count + 10) desc,
    near.film_id
limit 500
