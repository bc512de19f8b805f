-- one row per film and director
create or replace view <% database %>.<% schema %>.film_director as
select
    film_id,
    person_id,
    name,
    min(position) as position
from <% database %>.<% schema %>.credits
where job = 'Director'
group by film_id, person_id, name;
