-- Adds genres, given as a JSON array, as favourites or as never to be shown.
insert into viewers.viewer_preference (viewer_id, preference, genre)
select ?, ?, added.value::varchar
from table(flatten(input => parse_json(?))) as added
