-- one row per film: the twenty best by Bayesian average, of films with at least 50 ratings
create or replace view <% database %>.<% schema %>.best_rated_films as
select
    row_number() over (
        order by bayesian_rating desc, ratings desc, film_id asc
    ) as rank,
    film_id,
    title,
    release_year,
    ratings,
    mean_rating,
    bayesian_rating
from <% database %>.<% schema %>.film_scores
where ratings >= 50
qualify
    row_number() over (
        order by bayesian_rating desc, ratings desc, film_id asc
    ) <= 20;
