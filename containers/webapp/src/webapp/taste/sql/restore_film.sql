delete from viewers.dismissed_film
where viewer_id = ? and film_id = ?
