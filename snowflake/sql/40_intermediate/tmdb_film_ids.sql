-- one row per TMDB film and id that it has in the catalogue; MovieLens knows a few films twice. A
-- film that MovieLens has, too, takes MovieLens's id; while no MovieLens edition is loaded, so does
-- any film that has a link.
create or replace view <% database %>.intermediate.tmdb_film_ids as
with

films as (
    select * from <% database %>.staging.stg_tmdb__films
),

links as (
    select * from <% database %>.staging.stg_tmdb__links
),

movielens_films as (
    select * from <% database %>.staging.stg_movielens__films
),

matches as (
    select * from <% database %>.staging.stg_matches
),

movielens as (
    select count(*) as films from movielens_films
),

film_matches as (
    select
        source_key,
        film_id
    from matches
    where source = 'tmdb'
)

select
    films.tmdb_id,
    coalesce(
        film_matches.film_id,
        case when movielens.films = 0 then links.film_id end,
        'tmdb-' || to_varchar(films.tmdb_id)
    ) as film_id,
    film_matches.film_id is not null as is_in_movielens
from films
cross join movielens
left join film_matches
    on to_varchar(films.tmdb_id) = film_matches.source_key
left join links
    on films.tmdb_id = links.tmdb_id;
