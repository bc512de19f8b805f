-- one row per user and film: the loaded ratings and those of the web app, to train on; a film under
-- two ids is one, and of a user's ratings of it the newest counts
create or replace view <% database %>.<% schema %>.all_ratings as
with

ratings as (
    select * from <% database %>.<% schema %>.ratings
),

viewer_ratings as (
    select * from <% database %>.<% schema %>.viewer_ratings
),

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
),

given as (
    select
        user_id,
        film_id,
        rating,
        rated_at
    from ratings
    union all
    select
        user_id,
        film_id,
        rating,
        rated_at
    from viewer_ratings
),

joined as (
    select
        given.user_id,
        coalesce(film_twins.kept_film_id, given.film_id) as film_id,
        given.rating,
        given.rated_at
    from given
    left join film_twins
        on given.film_id = film_twins.film_id
)

select
    user_id,
    film_id,
    rating,
    rated_at
from joined
qualify
    row_number() over (
        partition by user_id, film_id
        order by rated_at desc nulls last, rating desc
    ) = 1;
