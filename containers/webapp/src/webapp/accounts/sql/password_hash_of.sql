select password_hash
from viewers.viewer
where viewer_id = ?
