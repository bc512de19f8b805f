-- one row per film that MovieLens has under a lower id of the same film of TMDB, too
create or replace view <% database %>.staging.stg_tmdb__twins as
with

links as (
    select * from <% database %>.raw.tmdb_links
),

kept as (
    select
        film_id,
        min(film_id) over (partition by tmdb_id) as kept_film_id
    from links
    where tmdb_id is not null
)

select
    to_varchar(film_id) as film_id,
    to_varchar(kept_film_id) as kept_film_id
from kept
where film_id <> kept_film_id;
