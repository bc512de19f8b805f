-- one row per film: MovieLens's films with TMDB's and OMDb's facts, then TMDB's other films
create or replace view <% database %>.intermediate.film as
with

tmdb as (
    select
        ids.film_id,
        ids.is_in_movielens,
        films.*
    from <% database %>.staging.stg_tmdb__films as films
    inner join <% database %>.intermediate.tmdb_film_ids as ids
        on films.tmdb_id = ids.tmdb_id
),

omdb as (
    select
        ids.film_id,
        films.imdb_id,
        films.release_year,
        films.release_date,
        films.runtime_minutes
    from <% database %>.staging.stg_omdb__films as films
    inner join <% database %>.intermediate.omdb_film_ids as ids
        on films.omdb_id = ids.omdb_id
),

movielens as (
    select
        films.film_id,
        films.title,
        coalesce(films.release_year, tmdb.release_year, omdb.release_year) as release_year,
        coalesce(tmdb.release_date, omdb.release_date) as release_date,
        coalesce(films.imdb_id, tmdb.imdb_id, omdb.imdb_id) as imdb_id,
        coalesce(films.tmdb_id, tmdb.tmdb_id) as tmdb_id,
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
    from <% database %>.staging.stg_movielens__films as films
    left join tmdb
        on films.film_id = tmdb.film_id
    left join omdb
        on films.film_id = omdb.film_id
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
