-- The films of a viewer's last batch recommendations, and whose list it is.
select
    item_id as film_id,
    training_job
from recommendations
where user_id = ?
order by rank
