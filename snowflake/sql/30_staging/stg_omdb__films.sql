-- one row per OMDb film
create or replace view <% database %>.staging.stg_omdb__films as
with

films as (
    select * from <% database %>.raw.omdb_films
)

select
    omdb_id,
    imdb_id,
    title,
    release_year,
    release_date,
    runtime_minutes
from films;
