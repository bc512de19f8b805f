-- one row per decade of release: its films, their ratings and the mean of these
create or replace view <% database %>.<% schema %>.films_by_decade as
with

joined_ratings as (
    select * from <% database %>.<% schema %>.joined_ratings
),

film_card as (
    select * from <% database %>.<% schema %>.film_card
),

rated as (
    select
        film_id,
        count(*) as ratings,
        sum(rating) as total
    from joined_ratings
    group by film_id
),

dated as (
    select
        film_id,
        (floor(release_year / 10) * 10)::number(4, 0) as decade
    from film_card
    where release_year is not null
)

select
    dated.decade,
    count(*) as films,
    coalesce(sum(rated.ratings), 0) as ratings,
    sum(rated.total) / sum(rated.ratings) as mean_rating
from dated
left join rated
    on dated.film_id = rated.film_id
group by dated.decade;
