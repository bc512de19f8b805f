delete from viewers.sign_in_session
where expires_at <= ?
