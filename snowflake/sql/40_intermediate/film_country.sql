-- one row per film and country of production: TMDB's countries, for other films OMDb's
create or replace view <% database %>.intermediate.film_country as
with

tmdb as (
    select
        ids.film_id,
        countries.country,
        countries.country_code,
        countries.position
    from <% database %>.raw.tmdb_film_countries as countries
    inner join <% database %>.intermediate.tmdb_film_ids as ids
        on countries.tmdb_id = ids.tmdb_id
),

omdb as (
    select
        ids.film_id,
        countries.country,
        countries.country_code,
        countries.position
    from <% database %>.raw.omdb_film_countries as countries
    inner join <% database %>.intermediate.omdb_film_ids as ids
        on countries.omdb_id = ids.omdb_id
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
