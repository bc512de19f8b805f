-- Adds clicks, given as a JSON array of objects, but those that are there already, from the moment
-- of the first on, and those of viewers who have deleted their account meanwhile.
insert into clicked (viewer_id, film_id, shelf, action, clicked_at)
with

given as (
    select
        each_one.value:viewer_id::varchar as viewer_id,
        each_one.value:film_id::varchar as film_id,
        each_one.value:shelf::varchar as shelf,
        each_one.value:action::varchar as action,
        each_one.value:clicked_at::varchar::timestamp_ntz as clicked_at
    from table(flatten(input => parse_json(?))) as each_one
)

select
    given.viewer_id,
    given.film_id,
    given.shelf,
    given.action,
    given.clicked_at
from given
inner join viewers.viewer
    on given.viewer_id = viewer.viewer_id
left join clicked
    on
        given.viewer_id = clicked.viewer_id
        and given.film_id = clicked.film_id
        and given.shelf = clicked.shelf
        and given.action = clicked.action
        and given.clicked_at = clicked.clicked_at
        and clicked.clicked_at >= ?
where clicked.viewer_id is null
