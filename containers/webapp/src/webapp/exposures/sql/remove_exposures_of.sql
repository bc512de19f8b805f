delete from shown
where viewer_id = ?
