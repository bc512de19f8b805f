-- one row per rated film, which is one whatever its ids: mean, and the Bayesian average, which is
-- the mean after 50 further ratings of the average of all ratings, so that a few votes cannot carry
-- a film to the top
create or replace view <% database %>.<% schema %>.film_scores as
with

joined_ratings as (
    select * from <% database %>.<% schema %>.joined_ratings
),

film as (
    select * from <% database %>.<% schema %>.film
),

rated as (
    select
        film_id,
        count(*) as ratings,
        sum(rating) as total
    from joined_ratings
    group by film_id
),

overall as (
    select sum(total) / sum(ratings) as mean_rating from rated
)

select
    rated.film_id,
    film.title,
    film.release_year,
    rated.ratings,
    rated.total / rated.ratings as mean_rating,
    (rated.total + 50 * overall.mean_rating) / (rated.ratings + 50) as bayesian_rating
from rated
cross join overall
left join film
    on rated.film_id = film.film_id;
