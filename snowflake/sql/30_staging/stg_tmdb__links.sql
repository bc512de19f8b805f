-- one row per TMDB film that MovieLens rates, with MovieLens's id
create or replace view <% database %>.staging.stg_tmdb__links as
select
    tmdb_id,
    to_varchar(min(film_id)) as film_id
from <% database %>.raw.tmdb_links
where tmdb_id is not null
group by tmdb_id;
