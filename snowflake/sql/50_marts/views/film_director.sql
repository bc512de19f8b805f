-- one row per film and director
create or replace view <% database %>.<% schema %>.film_director as
with

credits as (
    select * from <% database %>.<% schema %>.credits
)

select
    film_id,
    person_id,
    name,
    min(position) as position
from credits
where job = 'Director'
group by film_id, person_id, name;
