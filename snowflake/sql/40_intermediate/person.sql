-- one row per person
create or replace view <% database %>.intermediate.person as
with

credits as (
    select * from <% database %>.intermediate.credits
)

select
    person_id,
    min(name) as name,
    max(gender) as gender,
    count(distinct film_id) as films
from credits
group by person_id;
