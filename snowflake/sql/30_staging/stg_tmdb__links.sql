-- one row per TMDB film that MovieLens rates, with MovieLens's id
create or replace view <% database %>.staging.stg_tmdb__links as
with

links as (
    select * from <% database %>.raw.tmdb_links
)

select
    tmdb_id,
    to_varchar(min(film_id)) as film_id
from links
where tmdb_id is not null
group by tmdb_id;
