-- one row per film and keyword
create or replace view <% database %>.intermediate.film_keyword as
with

keywords as (
    select * from <% database %>.raw.tmdb_film_keywords
),

film_ids as (
    select * from <% database %>.intermediate.tmdb_film_ids
)

select
    film_ids.film_id,
    keywords.keyword,
    keywords.position
from keywords
inner join film_ids
    on keywords.tmdb_id = film_ids.tmdb_id;
