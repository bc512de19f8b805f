-- Adds exposures, given as a JSON array of objects, but those that are there already, from the
-- moment of the first on, and those of viewers who have deleted their account meanwhile.
insert into shown (viewer_id, film_id, rank, shelf, model_name, training_job, shown_at)
with

given as (
    select
        each_one.value:viewer_id::varchar as viewer_id,
        each_one.value:film_id::varchar as film_id,
        each_one.value:rank::number as rank,
        each_one.value:shelf::varchar as shelf,
        each_one.value:model_name::varchar as model_name,
        each_one.value:training_job::varchar as training_job,
        each_one.value:shown_at::varchar::timestamp_ntz as shown_at
    from table(flatten(input => parse_json(?))) as each_one
)

select
    given.viewer_id,
    given.film_id,
    given.rank,
    given.shelf,
    given.model_name,
    given.training_job,
    given.shown_at
from given
inner join viewers.viewer
    on given.viewer_id = viewer.viewer_id
left join shown
    on
        given.viewer_id = shown.viewer_id
        and given.film_id = shown.film_id
        and given.shelf = shown.shelf
        and given.shown_at = shown.shown_at
        and shown.shown_at >= ?
where shown.viewer_id is null
