select
    viewer.viewer_id,
    viewer.viewer_name,
    viewer.email_address,
    viewer.country,
    viewer.birth_date,
    viewer.language_code,
    sign_in_session.expires_at
from viewers.sign_in_session
inner join viewers.viewer
    on sign_in_session.viewer_id = viewer.viewer_id
where sign_in_session.token_hash = ? and sign_in_session.expires_at > ?
