-- one row per OMDb film that is certainly a film of the catalogue
create or replace view <% database %>.intermediate.omdb_film_ids as
with

films as (
    select * from <% database %>.staging.stg_omdb__films
),

matches as (
    select * from <% database %>.staging.stg_matches
)

select
    films.omdb_id,
    matches.film_id
from films
inner join matches
    on
        to_varchar(films.omdb_id) = matches.source_key
        and matches.source = 'omdb';
