delete from viewers.sign_in_ticket
where expires_at <= ?
