-- one row per user and film: the loaded ratings; a film under two ids is one, and of a user's
-- ratings of it the newest counts
create or replace view <% database %>.<% schema %>.joined_ratings as
with

ratings as (
    select * from <% database %>.<% schema %>.ratings
),

-- the same input once more; a step that is read twice may be kept in memory
ratings_of_twins as (
    select * from <% database %>.<% schema %>.ratings
),

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
),

twin_ids as (
    select
        film_id,
        kept_film_id
    from film_twins
    union all
    select distinct
        kept_film_id as film_id,
        kept_film_id
    from film_twins
),

joined as (
    select
        ratings_of_twins.user_id,
        twin_ids.kept_film_id as film_id,
        ratings_of_twins.rating,
        ratings_of_twins.rated_at
    from ratings_of_twins
    inner join twin_ids
        on ratings_of_twins.film_id = twin_ids.film_id
    qualify
        row_number() over (
            partition by ratings_of_twins.user_id, twin_ids.kept_film_id
            order by ratings_of_twins.rated_at desc nulls last, ratings_of_twins.rating desc
        ) = 1
)

select
    ratings.user_id,
    ratings.film_id,
    ratings.rating,
    ratings.rated_at
from ratings
left join twin_ids
    on ratings.film_id = twin_ids.film_id
where twin_ids.film_id is null
union all
select
    user_id,
    film_id,
    rating,
    rated_at
from joined;
