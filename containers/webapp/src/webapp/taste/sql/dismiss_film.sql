insert into viewers.dismissed_film (viewer_id, film_id, dismissed_at)
select ?, ?, ?
where not exists (
    select 1 from viewers.dismissed_film
    where viewer_id = ? and film_id = ?
)
