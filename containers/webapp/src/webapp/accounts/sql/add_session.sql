-- Adds a session for whom a ticket signs in; none if the ticket is not good or signs out.
insert into viewers.sign_in_session (token_hash, viewer_id, created_at, expires_at)
select
    ?,
    viewer_id,
    cast(? as timestamp_ntz),
    cast(? as timestamp_ntz)
from viewers.sign_in_ticket
where ticket_hash = ? and browser_hash = ? and expires_at > ? and viewer_id is not null
