-- one row per certain match of a source's film with a film of the catalogue
create or replace view <% database %>.staging.stg_matches as
with

film_matches as (
    select * from <% database %>.raw.film_matches
)

select
    source,
    source_key,
    film_id,
    method,
    confidence
from film_matches
where status = 'matched';
