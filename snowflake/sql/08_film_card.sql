-- What the web app shows of films.

-- one row per film: what it is shown and searched by, and its Bayesian average of film_scores
create or replace view <% database %>.<% schema %>.film_card as
with

genres as (
    select
        film_id,
        array_agg(genre) within group (order by position) as genres
    from <% database %>.<% schema %>.film_genre
    group by film_id
),

countries as (
    select
        film_id,
        array_agg(coalesce(country_code, country)) within group (order by position) as countries
    from <% database %>.<% schema %>.film_country
    group by film_id
),

directors as (
    select
        film_id,
        array_agg(name) within group (order by position) as directors
    from <% database %>.<% schema %>.film_director
    group by film_id
)

select
    film.film_id,
    film.title,
    film.release_year,
    film.release_date,
    genres.genres,
    directors.directors,
    countries.countries,
    film_scores.bayesian_rating as rating,
    coalesce(film_scores.ratings, 0) as rating_count
from <% database %>.<% schema %>.film
left join genres
    on film.film_id = genres.film_id
left join countries
    on film.film_id = countries.film_id
left join directors
    on film.film_id = directors.film_id
left join <% database %>.<% schema %>.film_scores
    on film.film_id = film_scores.film_id;

-- one row per age and film: the ratings of people of that age, as far as ages are known
create or replace view <% database %>.<% schema %>.ratings_by_age as
with

aged as (
    select
        ratings.film_id,
        ratings.rating,
        rater.age
    from <% database %>.<% schema %>.ratings
    inner join <% database %>.<% schema %>.rater
        on ratings.user_id = rater.user_id
    where rater.age is not null
    union all
    select
        viewer_rating.film_id,
        viewer_rating.rating,
        datediff(year, viewer.birth_date, viewer_rating.rated_at) as age
    from <% database %>.viewers.viewer_rating
    inner join <% database %>.viewers.viewer
        on viewer_rating.viewer_id = viewer.viewer_id
)

select
    age,
    film_id,
    count(*) as rating_count,
    sum(rating) as rating_total
from aged
group by age, film_id;
