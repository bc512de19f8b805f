-- one row per film: the twenty best by Bayesian average, of films with at least 50 ratings
create or replace view <% database %>.<% schema %>.best_rated_films as
with

film_scores as (
    select * from <% database %>.<% schema %>.film_scores
),

ranked as (
    select
        *,
        row_number() over (
            order by bayesian_rating desc, ratings desc, film_id asc
        ) as rank
    from film_scores
    where ratings >= 50
)

select
    rank,
    film_id,
    title,
    release_year,
    ratings,
    mean_rating,
    bayesian_rating
from ranked
where rank <= 20;
