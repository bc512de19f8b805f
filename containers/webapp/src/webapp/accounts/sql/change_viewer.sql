update viewers.viewer
set
    email_key = ?,
    email_address = ?,
    viewer_name = ?,
    country = ?,
    birth_date = ?,
    language_code = ?,
    changed_at = ?
where viewer_id = ?
