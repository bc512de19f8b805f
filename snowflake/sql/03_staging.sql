-- Staging: each raw table with the common names and types. Views rename and cast, nothing else.

-- one row per MovieLens film
create or replace view <% database %>.staging.stg_movielens__films as
select
    to_varchar(movielens_films.film_id) as film_id,
    movielens_films.title,
    movielens_films.release_year,
    movielens_links.imdb_id,
    movielens_links.tmdb_id
from <% database %>.raw.movielens_films
left join <% database %>.raw.movielens_links
    on movielens_films.film_id = movielens_links.film_id;

-- one row per MovieLens film and genre
create or replace view <% database %>.staging.stg_movielens__film_genres as
select
    to_varchar(film_id) as film_id,
    genre,
    position
from <% database %>.raw.movielens_film_genres;

-- one row per user, film and tag
create or replace view <% database %>.staging.stg_movielens__tags as
select
    to_varchar(user_id) as user_id,
    to_varchar(film_id) as film_id,
    tag,
    to_timestamp_ntz(tagged_at) as tagged_at
from <% database %>.raw.movielens_tags;

-- one row per described user
create or replace view <% database %>.staging.stg_movielens__viewers as
select
    to_varchar(user_id) as user_id,
    age,
    gender,
    occupation,
    postal_code
from <% database %>.raw.movielens_viewers;

-- one row per user and film
create or replace view <% database %>.staging.stg_movielens__ratings as
select
    to_varchar(user_id) as user_id,
    to_varchar(film_id) as film_id,
    rating,
    to_timestamp_ntz(rated_at) as rated_at
from <% database %>.raw.movielens_ratings;

-- one row per user and film
create or replace view <% database %>.staging.stg_tmdb__ratings as
select
    to_varchar(user_id) as user_id,
    to_varchar(film_id) as film_id,
    rating,
    to_timestamp_ntz(rated_at) as rated_at
from <% database %>.raw.tmdb_ratings;

-- one row per TMDB film
create or replace view <% database %>.staging.stg_tmdb__films as
select
    tmdb_id,
    imdb_id,
    title,
    original_title,
    original_language,
    overview,
    collection,
    status,
    release_date,
    year(release_date) as release_year,
    runtime_minutes,
    budget_usd,
    revenue_usd,
    popularity,
    vote_average,
    vote_count,
    is_adult
from <% database %>.raw.tmdb_films;

-- one row per TMDB film that MovieLens rates, with MovieLens's id
create or replace view <% database %>.staging.stg_tmdb__links as
select
    tmdb_id,
    to_varchar(min(film_id)) as film_id
from <% database %>.raw.tmdb_links
where tmdb_id is not null
group by tmdb_id;

-- one row per credit
create or replace view <% database %>.staging.stg_tmdb__credits as
select
    tmdb_id,
    to_varchar(person_id) as person_id,
    name,
    gender,
    department,
    job,
    part,
    position
from <% database %>.raw.tmdb_credits;

-- one row per OMDb film
create or replace view <% database %>.staging.stg_omdb__films as
select
    omdb_id,
    imdb_id,
    title,
    release_year,
    release_date,
    runtime_minutes
from <% database %>.raw.omdb_films;

-- one row per OMDb film, job and person
create or replace view <% database %>.staging.stg_omdb__credits as
select
    omdb_id,
    'omdb-' || name as person_id,
    name,
    job,
    position
from <% database %>.raw.omdb_credits;

-- one row per film among the most successful of its year
create or replace view <% database %>.staging.stg_blockbuster__films as
select
    film_key,
    list_year,
    rank_in_year,
    title,
    studio,
    certificate,
    release_date,
    runtime_minutes,
    worldwide_gross_usd,
    adjusted_gross_usd,
    imdb_rating,
    critics_score,
    audience_score
from <% database %>.raw.blockbuster_films;

-- one row per certain match of a source's film with a film of the catalogue
create or replace view <% database %>.staging.stg_matches as
select
    source,
    source_key,
    film_id,
    method,
    confidence
from <% database %>.raw.film_matches
where status = 'matched';
