-- one row per person's job on a film, or part in it: TMDB's credits, for other films OMDb's
create or replace view <% database %>.intermediate.credits as
with

tmdb_credits as (
    select * from <% database %>.staging.stg_tmdb__credits
),

tmdb_film_ids as (
    select * from <% database %>.intermediate.tmdb_film_ids
),

omdb_credits as (
    select * from <% database %>.staging.stg_omdb__credits
),

omdb_film_ids as (
    select * from <% database %>.intermediate.omdb_film_ids
),

tmdb as (
    select
        tmdb_film_ids.film_id,
        tmdb_credits.person_id,
        tmdb_credits.name,
        tmdb_credits.gender,
        tmdb_credits.department,
        tmdb_credits.job,
        tmdb_credits.part,
        tmdb_credits.position
    from tmdb_credits
    inner join tmdb_film_ids
        on tmdb_credits.tmdb_id = tmdb_film_ids.tmdb_id
),

omdb as (
    select
        omdb_film_ids.film_id,
        omdb_credits.person_id,
        omdb_credits.name,
        omdb_credits.job,
        omdb_credits.position
    from omdb_credits
    inner join omdb_film_ids
        on omdb_credits.omdb_id = omdb_film_ids.omdb_id
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
