-- one row per user, film and tag
create or replace view <% database %>.staging.stg_movielens__tags as
with

tags as (
    select * from <% database %>.raw.movielens_tags
)

select
    to_varchar(user_id) as user_id,
    to_varchar(film_id) as film_id,
    tag,
    to_timestamp_ntz(tagged_at) as tagged_at
from tags;
