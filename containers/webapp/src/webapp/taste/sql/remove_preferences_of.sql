delete from viewers.viewer_preference
where viewer_id = ?
