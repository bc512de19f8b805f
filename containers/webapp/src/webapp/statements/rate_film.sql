merge into viewers.viewer_rating as kept
using (
    select
        ? as viewer_id,
        ? as film_id,
        ?::float as rating,
        ?::timestamp_ntz as rated_at
) as given
    on kept.viewer_id = given.viewer_id and kept.film_id = given.film_id
when matched then update set rating = given.rating, rated_at = given.rated_at
when not matched then insert (viewer_id, film_id, rating, rated_at)
    values (given.viewer_id, given.film_id, given.rating, given.rated_at)
