-- one row per TMDB film
create or replace view <% database %>.staging.stg_tmdb__films as
with

films as (
    select * from <% database %>.raw.tmdb_films
)

select
    tmdb_id,
    imdb_id,
    title,
    original_title,
    original_language,
    overview,
    collection,
    status,
    release_date,
    year(release_date) as release_year,
    runtime_minutes,
    budget_usd,
    revenue_usd,
    popularity,
    vote_average,
    vote_count,
    is_adult
from films;
