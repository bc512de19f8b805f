-- How each table of the marts is made: a view here for each table of the same name there.
-- A load copies view into table, all in one transaction.

-- one row per TMDB film and id that it has in the catalogue; MovieLens knows a few films twice. A
-- film that MovieLens has, too, takes MovieLens's id; while no MovieLens edition is loaded, so does
-- any film that has a link.
create or replace view <% database %>.intermediate.tmdb_film_ids as
with

movielens as (
    select count(*) as films from <% database %>.staging.stg_movielens__films
),

film_matches as (
    select
        source_key,
        film_id
    from <% database %>.staging.stg_matches
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
from <% database %>.staging.stg_tmdb__films as films
cross join movielens
left join film_matches
    on to_varchar(films.tmdb_id) = film_matches.source_key
left join <% database %>.staging.stg_tmdb__links as links
    on films.tmdb_id = links.tmdb_id;

-- one row per OMDb film that is certainly a film of the catalogue
create or replace view <% database %>.intermediate.omdb_film_ids as
select
    films.omdb_id,
    film_matches.film_id
from <% database %>.staging.stg_omdb__films as films
inner join <% database %>.staging.stg_matches as film_matches
    on
        to_varchar(films.omdb_id) = film_matches.source_key
        and film_matches.source = 'omdb';

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

-- one row per film and keyword
create or replace view <% database %>.intermediate.film_keyword as
select
    ids.film_id,
    keywords.keyword,
    keywords.position
from <% database %>.raw.tmdb_film_keywords as keywords
inner join <% database %>.intermediate.tmdb_film_ids as ids
    on keywords.tmdb_id = ids.tmdb_id;

-- one row per person's job on a film, or part in it: TMDB's credits, for other films OMDb's
create or replace view <% database %>.intermediate.credits as
with

tmdb as (
    select
        ids.film_id,
        credits.person_id,
        credits.name,
        credits.gender,
        credits.department,
        credits.job,
        credits.part,
        credits.position
    from <% database %>.staging.stg_tmdb__credits as credits
    inner join <% database %>.intermediate.tmdb_film_ids as ids
        on credits.tmdb_id = ids.tmdb_id
),

omdb as (
    select
        ids.film_id,
        credits.person_id,
        credits.name,
        credits.job,
        credits.position
    from <% database %>.staging.stg_omdb__credits as credits
    inner join <% database %>.intermediate.omdb_film_ids as ids
        on credits.omdb_id = ids.omdb_id
)

select
    film_id,
    person_id,
    name,
    gender,
    department,
    job,
    part,
    position
from tmdb
union all
select
    omdb.film_id,
    omdb.person_id,
    omdb.name,
    null as gender,
    case omdb.job
        when 'Director' then 'Directing'
        when 'Writer' then 'Writing'
        else 'Acting'
    end as department,
    omdb.job,
    null as part,
    omdb.position
from omdb
where not exists (
    select 1
    from tmdb
    where tmdb.film_id = omdb.film_id
);

-- one row per genre
create or replace view <% database %>.intermediate.genre as
select
    genre,
    count(*) as films
from <% database %>.intermediate.film_genre
group by genre;

-- one row per country
create or replace view <% database %>.intermediate.country as
select
    country,
    max(country_code) as country_code,
    count(*) as films
from <% database %>.intermediate.film_country
group by country;

-- one row per keyword
create or replace view <% database %>.intermediate.keyword as
select
    keyword,
    count(*) as films
from <% database %>.intermediate.film_keyword
group by keyword;

-- one row per person
create or replace view <% database %>.intermediate.person as
select
    person_id,
    min(name) as name,
    max(gender) as gender,
    count(distinct film_id) as films
from <% database %>.intermediate.credits
group by person_id;

-- one row per user and film: MovieLens's ratings; those that come with The Movies Dataset only
-- while no MovieLens edition is loaded, because they are an older edition of the same
create or replace view <% database %>.intermediate.ratings as
select
    user_id,
    film_id,
    rating,
    rated_at
from <% database %>.staging.stg_movielens__ratings
union all
select
    user_id,
    film_id,
    rating,
    rated_at
from <% database %>.staging.stg_tmdb__ratings
where not exists (select 1 from <% database %>.raw.movielens_ratings);

-- one row per user, film and tag
create or replace view <% database %>.intermediate.tags as
select
    user_id,
    film_id,
    tag,
    tagged_at
from <% database %>.staging.stg_movielens__tags;

-- one row per user who has rated, as far as the data set describes them
create or replace view <% database %>.intermediate.rater as
with

activity as (
    select
        user_id,
        count(*) as ratings,
        avg(rating) as mean_rating,
        min(rated_at) as first_rated_at,
        max(rated_at) as last_rated_at
    from <% database %>.intermediate.ratings
    group by user_id
)

select
    activity.user_id,
    viewers.age,
    viewers.gender,
    viewers.occupation,
    viewers.postal_code,
    activity.ratings,
    activity.mean_rating,
    activity.first_rated_at,
    activity.last_rated_at
from activity
left join <% database %>.staging.stg_movielens__viewers as viewers
    on activity.user_id = viewers.user_id;

-- one row per film among the most successful of its year
create or replace view <% database %>.intermediate.box_office as
select
    films.list_year,
    films.rank_in_year,
    films.title,
    films.film_key,
    film_matches.film_id,
    film_matches.status as match_status,
    film_matches.confidence as match_confidence,
    films.studio,
    films.certificate,
    films.release_date,
    films.runtime_minutes,
    films.worldwide_gross_usd,
    films.adjusted_gross_usd,
    films.imdb_rating,
    films.critics_score,
    films.audience_score
from <% database %>.staging.stg_blockbuster__films as films
left join <% database %>.raw.film_matches as film_matches
    on
        films.film_key = film_matches.source_key
        and film_matches.source = 'blockbuster';
