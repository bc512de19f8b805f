insert into viewers.sign_in_ticket (ticket_hash, browser_hash, viewer_id, expires_at)
values (?, ?, ?, ?)
