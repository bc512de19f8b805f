-- one row per person
create or replace view <% database %>.intermediate.person as
select
    person_id,
    min(name) as name,
    max(gender) as gender,
    count(distinct film_id) as films
from <% database %>.intermediate.credits
group by person_id;
