-- Adds genres, given as a JSON array of objects with preference and genre.
insert into viewers.viewer_preference (viewer_id, preference, genre)
select
    ?,
    added.value:preference::varchar,
    added.value:genre::varchar
from table(flatten(input => parse_json(?))) as added
