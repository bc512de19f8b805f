-- Attempts on a subject since a moment, and when the oldest of them was.
select
    count(*) as attempts,
    min(attempted_at) as oldest_at
from viewers.sign_in_attempt
where subject_hash = ? and attempted_at > ?
