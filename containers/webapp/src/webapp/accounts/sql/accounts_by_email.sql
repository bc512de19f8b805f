select
    viewer_id,
    password_hash
from viewers.viewer
where email_key = ?
order by created_at, viewer_id
