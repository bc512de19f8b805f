-- What was shown to a viewer, the newest first.
select
    film_id,
    shelf,
    rank,
    model_name,
    shown_at
from shown
where viewer_id = ?
order by shown_at desc, shelf, rank, film_id
