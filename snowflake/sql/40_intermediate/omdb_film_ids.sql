-- one row per OMDb film that is certainly a film of the catalogue
create or replace view <% database %>.intermediate.omdb_film_ids as
select
    films.omdb_id,
    film_matches.film_id
from <% database %>.staging.stg_omdb__films as films
inner join <% database %>.staging.stg_matches as film_matches
    on
        to_varchar(films.omdb_id) = film_matches.source_key
        and film_matches.source = 'omdb';
