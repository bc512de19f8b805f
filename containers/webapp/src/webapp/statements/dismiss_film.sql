merge into viewers.dismissed_film as kept
using (
    select
        ? as viewer_id,
        ? as film_id,
        ?::timestamp_ntz as dismissed_at
) as given
    on kept.viewer_id = given.viewer_id and kept.film_id = given.film_id
when not matched then insert (viewer_id, film_id, dismissed_at)
    values (given.viewer_id, given.film_id, given.dismissed_at)
