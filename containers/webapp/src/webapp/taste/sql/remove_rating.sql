-- By each id of the film, which is given twice.
delete from viewers.viewer_rating
where
    viewer_id = ?
    and film_id in (
        select to_varchar(?)
        union all
        select film_id from film_twins
        where kept_film_id = ?
    )
