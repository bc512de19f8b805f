-- one row per film of a source that could be one of several films of the catalogue, or of none
create or replace view <% database %>.<% schema %>.uncertain_matches as
select
    source,
    source_key,
    status,
    confidence,
    candidates
from <% database %>.raw.film_matches
where status <> 'matched';
