-- one row per person's job on a film, or part in it: TMDB's credits, for other films OMDb's
create or replace view <% database %>.intermediate.credits as
with

tmdb as (
    select
        ids.film_id,
        credits.person_id,
        credits.name,
        credits.gender,
        credits.department,
        credits.job,
        credits.part,
        credits.position
    from <% database %>.staging.stg_tmdb__credits as credits
    inner join <% database %>.intermediate.tmdb_film_ids as ids
        on credits.tmdb_id = ids.tmdb_id
),

omdb as (
    select
        ids.film_id,
        credits.person_id,
        credits.name,
        credits.job,
        credits.position
    from <% database %>.staging.stg_omdb__credits as credits
    inner join <% database %>.intermediate.omdb_film_ids as ids
        on credits.omdb_id = ids.omdb_id
)

select
    film_id,
    person_id,
    name,
    gender,
    department,
    job,
    part,
    position
from tmdb
union all
select
    omdb.film_id,
    omdb.person_id,
    omdb.name,
    null as gender,
    case omdb.job
        when 'Director' then 'Directing'
        when 'Writer' then 'Writing'
        else 'Acting'
    end as department,
    omdb.job,
    null as part,
    omdb.position
from omdb
where not exists (
    select 1
    from tmdb
    where tmdb.film_id = omdb.film_id
);
