-- one row per film and keyword
create or replace view <% database %>.intermediate.film_keyword as
select
    ids.film_id,
    keywords.keyword,
    keywords.position
from <% database %>.raw.tmdb_film_keywords as keywords
inner join <% database %>.intermediate.tmdb_film_ids as ids
    on keywords.tmdb_id = ids.tmdb_id;
