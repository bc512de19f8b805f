-- The films of a viewer's last batch recommendations.
select item_id as film_id
from recommendations
where user_id = ?
order by rank
