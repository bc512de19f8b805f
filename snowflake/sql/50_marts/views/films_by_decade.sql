-- one row per decade of release: its films, their ratings and the mean of these
create or replace view <% database %>.<% schema %>.films_by_decade as
with

rated as (
    select
        film_id,
        count(*) as ratings,
        sum(rating) as total
    from <% database %>.<% schema %>.ratings
    group by film_id
)

select
    (floor(film.release_year / 10) * 10)::number(4, 0) as decade,
    count(*) as films,
    coalesce(sum(rated.ratings), 0) as ratings,
    sum(rated.total) / sum(rated.ratings) as mean_rating
from <% database %>.<% schema %>.film
left join rated
    on film.film_id = rated.film_id
where film.release_year is not null
group by (floor(film.release_year / 10) * 10)::number(4, 0);
