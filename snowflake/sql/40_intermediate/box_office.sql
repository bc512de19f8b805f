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
    films.*,
    film_matches.film_id,
    film_matches.status as match_status,
    film_matches.confidence as match_confidence
from films
left join film_matches
    on
        films.film_key = film_matches.source_key
        and film_matches.source = 'blockbuster';
