-- one row per user, film and tag
create or replace view <% database %>.intermediate.tags as
with

movielens_tags as (
    select * from <% database %>.staging.stg_movielens__tags
)

select
    user_id,
    film_id,
    tag,
    tagged_at
from movielens_tags;
