-- one row per user and film: MovieLens's ratings; those that come with The Movies Dataset only
-- while no MovieLens edition is loaded, because they are an older edition of the same
create or replace view <% database %>.intermediate.ratings as
with

movielens_ratings as (
    select * from <% database %>.staging.stg_movielens__ratings
),

tmdb_ratings as (
    select * from <% database %>.staging.stg_tmdb__ratings
),

-- only looked at for whether there are any; a step that is read twice may be kept in memory
loaded as (
    select * from <% database %>.raw.movielens_ratings
)

select
    user_id,
    film_id,
    rating,
    rated_at
from movielens_ratings
union all
select
    user_id,
    film_id,
    rating,
    rated_at
from tmdb_ratings
where not exists (select 1 from loaded);
