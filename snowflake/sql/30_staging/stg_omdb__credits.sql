-- one row per OMDb film, job and person
create or replace view <% database %>.staging.stg_omdb__credits as
with

credits as (
    select * from <% database %>.raw.omdb_credits
)

select
    omdb_id,
    'omdb-' || name as person_id,
    name,
    job,
    position
from credits;
