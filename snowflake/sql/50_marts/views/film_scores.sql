-- one row per rated film: mean, and the Bayesian average, which is the mean after 50 further
-- ratings of the average of all ratings, so that a few votes cannot carry a film to the top
create or replace view <% database %>.<% schema %>.film_scores as
with

everything as (
    select avg(rating) as mean_rating from <% database %>.<% schema %>.ratings
),

rated as (
    select
        film_id,
        count(*) as ratings,
        sum(rating) as total
    from <% database %>.<% schema %>.ratings
    group by film_id
)

select
    rated.film_id,
    film.title,
    film.release_year,
    rated.ratings,
    rated.total / rated.ratings as mean_rating,
    (rated.total + 50 * everything.mean_rating) / (rated.ratings + 50) as bayesian_rating
from rated
cross join everything
left join <% database %>.<% schema %>.film
    on rated.film_id = film.film_id;
