-- Removes a viewer's ratings of films, whose ids are given as a JSON array, twice; by each id of a
-- film.
delete from viewers.viewer_rating
where
    viewer_id = ?
    and film_id in (
        select given.value::varchar
        from table(flatten(input => parse_json(?))) as given
        union all
        select film_twins.film_id
        from table(flatten(input => parse_json(?))) as given
        inner join film_twins
            on given.value::varchar = film_twins.kept_film_id
    )
