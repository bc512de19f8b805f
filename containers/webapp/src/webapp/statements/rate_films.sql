-- Keeps ratings, given as a JSON object of stars by film id.
merge into viewers.viewer_rating as kept
using (
    select
        ? as viewer_id,
        ?::timestamp_ntz as rated_at,
        entry.key as film_id,
        entry.value::float as rating
    from table(flatten(input => parse_json(?))) as entry
) as given
    on kept.viewer_id = given.viewer_id and kept.film_id = given.film_id
when matched then update set rating = given.rating, rated_at = given.rated_at
when not matched then insert (viewer_id, film_id, rating, rated_at)
    values (given.viewer_id, given.film_id, given.rating, given.rated_at)
