-- one row per film among the most successful of its year
create or replace view <% database %>.intermediate.box_office as
with

films as (
    select * from <% database %>.staging.stg_blockbuster__films
),

film_matches as (
    select * from <% database %>.raw.film_matches
)

select
    films.list_year,
    films.rank_in_year,
    films.title,
    films.film_key,
    film_matches.film_id,
    film_matches.status as match_status,
    film_matches.confidence as match_confidence,
    films.studio,
    films.certificate,
    films.release_date,
    films.runtime_minutes,
    films.worldwide_gross_usd,
    films.adjusted_gross_usd,
    films.imdb_rating,
    films.critics_score,
    films.audience_score
from films
left join film_matches
    on
        films.film_key = film_matches.source_key
        and film_matches.source = 'blockbuster';
