-- one row per film and country of production: TMDB's countries, for other films OMDb's
create or replace view <% database %>.intermediate.film_country as
with

tmdb_countries as (
    select * from <% database %>.raw.tmdb_film_countries
),

tmdb_film_ids as (
    select * from <% database %>.intermediate.tmdb_film_ids
),

omdb_countries as (
    select * from <% database %>.raw.omdb_film_countries
),

omdb_film_ids as (
    select * from <% database %>.intermediate.omdb_film_ids
),

tmdb as (
    select
        tmdb_film_ids.film_id,
        tmdb_countries.country,
        tmdb_countries.country_code,
        tmdb_countries.position
    from tmdb_countries
    inner join tmdb_film_ids
        on tmdb_countries.tmdb_id = tmdb_film_ids.tmdb_id
),

omdb as (
    select
        omdb_film_ids.film_id,
        omdb_countries.country,
        omdb_countries.country_code,
        omdb_countries.position
    from omdb_countries
    inner join omdb_film_ids
        on omdb_countries.omdb_id = omdb_film_ids.omdb_id
)

select
    film_id,
    country,
    country_code,
    position
from tmdb
union all
select
    omdb.film_id,
    omdb.country,
    omdb.country_code,
    omdb.position
from omdb
where not exists (
    select 1
    from tmdb
    where tmdb.film_id = omdb.film_id
);
