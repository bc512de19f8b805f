-- Removes a viewer's ratings of films, whose ids are given as a JSON array.
delete from viewers.viewer_rating
where
    viewer_id = ?
    and film_id in (
        select given.value::varchar
        from table(flatten(input => parse_json(?))) as given
    )
