select
    genre,
    preference
from viewers.viewer_preference
where viewer_id = ?
