-- The stars that somebody with these ratings, a JSON object, would give to films, whose ids are
-- given as a JSON array.
select
    wanted.value::varchar as film_id,
    estimate_for(?, parse_json(?)::object, wanted.value::varchar) as estimate
from table(flatten(input => parse_json(?))) as wanted
