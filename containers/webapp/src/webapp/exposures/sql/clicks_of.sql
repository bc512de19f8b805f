-- What a viewer did on shelves, the newest first.
select
    film_id,
    shelf,
    action,
    clicked_at
from clicked
where viewer_id = ?
order by clicked_at desc, shelf, film_id, action
