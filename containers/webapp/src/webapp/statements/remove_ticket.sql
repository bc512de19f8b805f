delete from viewers.sign_in_ticket
where ticket_hash = ?
