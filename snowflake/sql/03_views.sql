-- Views for analysts and the dashboard.

-- --- recommendations -----------------------------------------------------------------------------

-- one row per user: the recommended items, best first
create or replace view <% database %>.<% schema %>.recommendations_by_user as
select
    user_id,
    array_agg(item_id) within group (order by rank) as item_ids,
    max(training_job) as training_job,
    max(generated_at) as generated_at
from <% database %>.<% schema %>.recommendations
group by user_id;

-- one row per user and rank, with the film's title
create or replace view <% database %>.<% schema %>.recommended_films as
select
    recommendations.user_id,
    recommendations.rank,
    recommendations.item_id as film_id,
    film.title,
    film.release_year,
    recommendations.estimated_rating,
    recommendations.generated_at
from <% database %>.<% schema %>.recommendations
left join <% database %>.<% schema %>.film
    on recommendations.item_id = film.film_id;

-- --- films ---------------------------------------------------------------------------------------

-- one row per day from 1870 to 2099
create or replace view <% database %>.<% schema %>.calendar_day as
with

numbered as (
    select row_number() over (order by seq4()) - 1 as day_number
    from table(generator(rowcount => 84006))
),

days as (
    select dateadd('day', day_number, '1870-01-01'::date) as calendar_date
    from numbered
)

select
    calendar_date,
    year(calendar_date) as calendar_year,
    quarter(calendar_date) as calendar_quarter,
    month(calendar_date) as calendar_month,
    day(calendar_date) as day_of_month,
    dayofweekiso(calendar_date) as iso_weekday,
    date_trunc('month', calendar_date) as first_of_month,
    (floor(year(calendar_date) / 10) * 10)::number(4, 0) as decade
from days;

-- one row per film and director
create or replace view <% database %>.<% schema %>.film_director as
select
    film_id,
    person_id,
    name,
    min(position) as position
from <% database %>.<% schema %>.credits
where job = 'Director'
group by film_id, person_id, name;

-- one row per country: its films, and their share of all films whose countries are known. A film
-- of several countries counts for each, so the shares add up to more than 1.
create or replace view <% database %>.<% schema %>.films_by_country as
with

known as (
    select count(distinct film_id) as films from <% database %>.<% schema %>.film_country
)

select
    film_country.country,
    max(film_country.country_code) as country_code,
    count(*) as films,
    count(*) / max(known.films) as share_of_films
from <% database %>.<% schema %>.film_country
cross join known
group by film_country.country;

-- one row per genre: its films, and their share of all films whose genres are known. A film of
-- several genres counts for each, so the shares add up to more than 1.
create or replace view <% database %>.<% schema %>.films_by_genre as
with

known as (
    select count(distinct film_id) as films from <% database %>.<% schema %>.film_genre
)

select
    film_genre.genre,
    count(*) as films,
    count(*) / max(known.films) as share_of_films
from <% database %>.<% schema %>.film_genre
cross join known
group by film_genre.genre;

-- one row per decade of release: its films, their ratings and the mean of these
create or replace view <% database %>.<% schema %>.films_by_decade as
with

rated as (
    select
        film_id,
        count(*) as ratings,
        sum(rating) as total
    from <% database %>.<% schema %>.ratings
    group by film_id
)

select
    (floor(film.release_year / 10) * 10)::number(4, 0) as decade,
    count(*) as films,
    coalesce(sum(rated.ratings), 0) as ratings,
    sum(rated.total) / sum(rated.ratings) as mean_rating
from <% database %>.<% schema %>.film
left join rated
    on film.film_id = rated.film_id
where film.release_year is not null
group by (floor(film.release_year / 10) * 10)::number(4, 0);

-- --- ratings -------------------------------------------------------------------------------------

-- one row per month: its ratings, the people who gave them and their mean
create or replace view <% database %>.<% schema %>.ratings_over_time as
select
    date_trunc('month', rated_at)::date as first_of_month,
    count(*) as ratings,
    count(distinct user_id) as raters,
    avg(rating) as mean_rating
from <% database %>.<% schema %>.ratings
where rated_at is not null
group by date_trunc('month', rated_at)::date;

-- one row per rated film: mean, and the Bayesian average, which is the mean after 50 further
-- ratings of the average of all ratings, so that a few votes cannot carry a film to the top
create or replace view <% database %>.<% schema %>.film_scores as
with

everything as (
    select avg(rating) as mean_rating from <% database %>.<% schema %>.ratings
),

rated as (
    select
        film_id,
        count(*) as ratings,
        sum(rating) as total
    from <% database %>.<% schema %>.ratings
    group by film_id
)

select
    rated.film_id,
    film.title,
    film.release_year,
    rated.ratings,
    rated.total / rated.ratings as mean_rating,
    (rated.total + 50 * everything.mean_rating) / (rated.ratings + 50) as bayesian_rating
from rated
cross join everything
left join <% database %>.<% schema %>.film
    on rated.film_id = film.film_id;

-- one row per film: the twenty best by Bayesian average, of films with at least 50 ratings
create or replace view <% database %>.<% schema %>.best_rated_films as
select
    row_number() over (
        order by bayesian_rating desc, ratings desc, film_id asc
    ) as rank,
    film_id,
    title,
    release_year,
    ratings,
    mean_rating,
    bayesian_rating
from <% database %>.<% schema %>.film_scores
where ratings >= 50
qualify
    row_number() over (
        order by bayesian_rating desc, ratings desc, film_id asc
    ) <= 20;

-- --- box office ----------------------------------------------------------------------------------

-- one row per year of the Blockbuster lists: films, their grosses and the most successful of them
create or replace view <% database %>.<% schema %>.box_office_by_year as
select
    list_year,
    count(*) as films,
    sum(worldwide_gross_usd) as worldwide_gross_usd,
    sum(adjusted_gross_usd) as adjusted_gross_usd,
    max(case when rank_in_year = 1 then title end) as first_title,
    count(film_id) as films_matched
from <% database %>.<% schema %>.box_office
group by list_year;

-- one row per film of a source that could be one of several films of the catalogue, or of none
create or replace view <% database %>.<% schema %>.uncertain_matches as
select
    source,
    source_key,
    status,
    confidence,
    candidates
from <% database %>.raw.film_matches
where status <> 'matched';

-- --- data quality --------------------------------------------------------------------------------

-- one row per data set's newest load and table: where its rows went
create or replace view <% database %>.<% schema %>.data_quality as
with

newest as (
    select
        load_id,
        dataset,
        edition,
        loaded_at
    from <% database %>.raw.loads
    qualify row_number() over (partition by dataset order by loaded_at desc, load_id asc) = 1
)

select
    newest.dataset,
    newest.edition,
    newest.loaded_at,
    counts.table_name,
    counts.rows_in,
    counts.rows_loaded,
    counts.rows_merged,
    counts.rows_rejected,
    counts.rows_in = counts.rows_loaded + counts.rows_merged + counts.rows_rejected as is_balanced,
    case when counts.rows_in > 0 then counts.rows_loaded / counts.rows_in end as share_loaded
from newest
inner join <% database %>.raw.load_tables as counts
    on newest.load_id = counts.load_id;

-- one row per data set's newest load and rule that was applied
create or replace view <% database %>.<% schema %>.data_quality_rules as
with

newest as (
    select
        load_id,
        dataset
    from <% database %>.raw.loads
    qualify row_number() over (partition by dataset order by loaded_at desc, load_id asc) = 1
)

select
    newest.dataset,
    rules.rule,
    rules.outcome,
    rules.sentence,
    rules.rows_affected
from newest
inner join <% database %>.raw.load_rules as rules
    on newest.load_id = rules.load_id;

-- one row per rejected row of the newest loads
create or replace view <% database %>.<% schema %>.rejected_rows as
select
    dataset,
    table_name,
    file,
    line,
    rule,
    raw_text
from <% database %>.raw.rejected_rows;
