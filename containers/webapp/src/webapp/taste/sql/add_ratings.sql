-- Adds ratings, given as a JSON array of objects with film_id, stars and rated_at.
insert into viewers.viewer_rating (viewer_id, rated_at, film_id, rating)
select
    ?,
    given.value:rated_at::varchar::timestamp_ntz,
    given.value:film_id::varchar,
    given.value:stars::float
from table(flatten(input => parse_json(?))) as given
