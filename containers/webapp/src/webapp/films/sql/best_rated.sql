-- The twenty best-rated films, by Bayesian average, of films with at least 50 ratings.
select film_id
from best_rated_films
order by rank
