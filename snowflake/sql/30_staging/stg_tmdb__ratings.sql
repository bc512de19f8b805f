-- one row per user and film
create or replace view <% database %>.staging.stg_tmdb__ratings as
with

ratings as (
    select * from <% database %>.raw.tmdb_ratings
)

select
    to_varchar(user_id) as user_id,
    to_varchar(film_id) as film_id,
    rating,
    to_timestamp_ntz(rated_at) as rated_at
from ratings;
