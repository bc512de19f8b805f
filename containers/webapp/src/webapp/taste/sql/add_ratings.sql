-- Adds ratings, given as a JSON array of objects with film_id and stars.
insert into viewers.viewer_rating (viewer_id, rated_at, film_id, rating)
select
    ?,
    cast(? as timestamp_ntz),
    given.value:film_id::varchar,
    given.value:stars::float
from table(flatten(input => parse_json(?))) as given
