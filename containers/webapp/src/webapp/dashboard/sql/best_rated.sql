-- The twenty best-rated films, by Bayesian average, of films with at least 50 ratings.
select
    rank,
    film_id,
    title,
    release_year,
    ratings,
    mean_rating,
    bayesian_rating
from best_rated_films
order by rank
