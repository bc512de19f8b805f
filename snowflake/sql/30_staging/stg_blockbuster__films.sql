-- one row per film among the most successful of its year
create or replace view <% database %>.staging.stg_blockbuster__films as
with

films as (
    select * from <% database %>.raw.blockbuster_films
)

select
    film_key,
    list_year,
    rank_in_year,
    title,
    studio,
    certificate,
    release_date,
    runtime_minutes,
    worldwide_gross_usd,
    adjusted_gross_usd,
    imdb_rating,
    critics_score,
    audience_score
from films;
