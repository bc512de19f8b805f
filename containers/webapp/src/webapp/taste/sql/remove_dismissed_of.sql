delete from viewers.dismissed_film
where viewer_id = ?
