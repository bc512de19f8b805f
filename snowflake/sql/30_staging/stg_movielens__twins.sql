-- one row per film that MovieLens has under a lower id, too
create or replace view <% database %>.staging.stg_movielens__twins as
with

twins as (
    select * from <% database %>.raw.movielens_twins
)

select
    to_varchar(film_id) as film_id,
    to_varchar(kept_film_id) as kept_film_id
from twins;
