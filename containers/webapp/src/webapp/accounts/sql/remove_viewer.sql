delete from viewers.viewer
where viewer_id = ?
