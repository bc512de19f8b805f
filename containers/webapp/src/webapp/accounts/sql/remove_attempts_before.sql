delete from viewers.sign_in_attempt
where attempted_at < ?
