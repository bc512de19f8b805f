-- one row per user, film and tag
create or replace view <% database %>.intermediate.tags as
select
    user_id,
    film_id,
    tag,
    tagged_at
from <% database %>.staging.stg_movielens__tags;
