-- one row per film of a source that could be one of several films of the catalogue, or of none
create or replace view <% database %>.<% schema %>.uncertain_matches as
with

film_matches as (
    select * from <% database %>.raw.film_matches
)

select
    source,
    source_key,
    status,
    confidence,
    candidates
from film_matches
where status <> 'matched';
