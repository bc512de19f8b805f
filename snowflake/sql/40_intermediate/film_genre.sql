-- one row per film and genre: MovieLens's genres, for other films TMDB's
create or replace view <% database %>.intermediate.film_genre as
select
    film_id,
    genre,
    position
from <% database %>.staging.stg_movielens__film_genres
union all
select
    ids.film_id,
    genres.genre,
    genres.position
from <% database %>.raw.tmdb_film_genres as genres
inner join <% database %>.intermediate.tmdb_film_ids as ids
    on genres.tmdb_id = ids.tmdb_id
where not exists (
    select 1
    from <% database %>.staging.stg_movielens__film_genres as known
    where known.film_id = ids.film_id
);
