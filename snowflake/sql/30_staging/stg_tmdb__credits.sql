-- one row per credit
create or replace view <% database %>.staging.stg_tmdb__credits as
with

credits as (
    select * from <% database %>.raw.tmdb_credits
)

select
    tmdb_id,
    to_varchar(person_id) as person_id,
    name,
    gender,
    department,
    job,
    part,
    position
from credits;
