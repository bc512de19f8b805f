-- The stars that a viewer would give to films, whose ids are given as a JSON array.
select
    wanted.value::varchar as film_id,
    invoke_model(?, ?, wanted.value::varchar) as estimate
from table(flatten(input => parse_json(?))) as wanted
