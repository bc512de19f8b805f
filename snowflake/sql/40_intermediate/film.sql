-- one row per film: MovieLens's films with what TMDB and OMDb know of them, then TMDB's others
create or replace view <% database %>.intermediate.film as
with

movielens_films as (
    select * from <% database %>.staging.stg_movielens__films
),

tmdb_films as (
    select * from <% database %>.staging.stg_tmdb__films
),

tmdb_film_ids as (
    select * from <% database %>.intermediate.tmdb_film_ids
),

omdb_films as (
    select * from <% database %>.staging.stg_omdb__films
),

omdb_film_ids as (
    select * from <% database %>.intermediate.omdb_film_ids
),

tmdb as (
    select
        tmdb_film_ids.film_id,
        tmdb_film_ids.is_in_movielens,
        tmdb_films.*
    from tmdb_films
    inner join tmdb_film_ids
        on tmdb_films.tmdb_id = tmdb_film_ids.tmdb_id
),

omdb as (
    select
        omdb_film_ids.film_id,
        omdb_films.imdb_id,
        omdb_films.release_year,
        omdb_films.release_date,
        omdb_films.runtime_minutes
    from omdb_films
    inner join omdb_film_ids
        on omdb_films.omdb_id = omdb_film_ids.omdb_id
),

movielens as (
    select
        movielens_films.film_id,
        movielens_films.title,
        coalesce(
            movielens_films.release_year, tmdb.release_year, omdb.release_year
        ) as release_year,
        coalesce(tmdb.release_date, omdb.release_date) as release_date,
        coalesce(movielens_films.imdb_id, tmdb.imdb_id, omdb.imdb_id) as imdb_id,
        coalesce(tmdb.tmdb_id, movielens_films.tmdb_id) as tmdb_id,
        tmdb.original_title,
        tmdb.original_language,
        tmdb.overview,
        tmdb.collection,
        coalesce(tmdb.runtime_minutes, omdb.runtime_minutes) as runtime_minutes,
        tmdb.budget_usd,
        tmdb.revenue_usd,
        tmdb.popularity,
        tmdb.vote_average,
        tmdb.vote_count,
        tmdb.is_adult
    from movielens_films
    left join tmdb
        on movielens_films.film_id = tmdb.film_id
    left join omdb
        on movielens_films.film_id = omdb.film_id
),

others as (
    select
        film_id,
        title,
        release_year,
        release_date,
        imdb_id,
        tmdb_id,
        original_title,
        original_language,
        overview,
        collection,
        runtime_minutes,
        budget_usd,
        revenue_usd,
        popularity,
        vote_average,
        vote_count,
        is_adult
    from tmdb
    where not is_in_movielens
)

select * from movielens
union all
select * from others;
