delete from viewers.sign_in_session
where token_hash = ?
