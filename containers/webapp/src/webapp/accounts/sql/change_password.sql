update viewers.viewer
set password_hash = ?, changed_at = ?
where viewer_id = ?
