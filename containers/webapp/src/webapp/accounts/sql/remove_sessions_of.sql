delete from viewers.sign_in_session
where viewer_id = ?
