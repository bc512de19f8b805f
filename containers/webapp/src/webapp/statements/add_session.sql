insert into viewers.sign_in_session (token_hash, viewer_id, created_at, expires_at)
values (?, ?, ?, ?)
