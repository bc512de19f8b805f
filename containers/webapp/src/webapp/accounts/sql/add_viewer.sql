insert into viewers.viewer (
    viewer_id, email_key, email_address, viewer_name, password_hash, country, birth_date,
    language_code, created_at, changed_at
)
select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
where not exists (select 1 from viewers.viewer where viewer_id = ?)
