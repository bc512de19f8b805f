-- The accounts with one of several keys of an address, given as a JSON array.
select
    viewer_id,
    password_hash
from viewers.viewer
where
    email_key in (
        select given.value::varchar
        from table(flatten(input => parse_json(?))) as given
    )
order by created_at, viewer_id
