delete from viewers.viewer_rating
where viewer_id = ?
