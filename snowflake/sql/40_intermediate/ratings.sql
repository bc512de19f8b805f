-- one row per user and film: MovieLens's ratings; those that come with The Movies Dataset only
-- while no MovieLens edition is loaded, because they are an older edition of the same
create or replace view <% database %>.intermediate.ratings as
select
    user_id,
    film_id,
    rating,
    rated_at
from <% database %>.staging.stg_movielens__ratings
union all
select
    user_id,
    film_id,
    rating,
    rated_at
from <% database %>.staging.stg_tmdb__ratings
where not exists (select 1 from <% database %>.raw.movielens_ratings);
