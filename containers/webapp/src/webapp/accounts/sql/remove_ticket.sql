delete from viewers.sign_in_ticket
where ticket_hash = ? and browser_hash = ? and expires_at > ?
