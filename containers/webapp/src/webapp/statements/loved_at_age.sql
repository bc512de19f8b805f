-- The films that people within five years of an age like best, rated by at least ten of them.
select film_id
from ratings_by_age
where age between ? - 5 and ? + 5
group by film_id
having sum(rating_count) >= 10
order by sum(rating_total) / sum(rating_count) desc, film_id
limit 500
