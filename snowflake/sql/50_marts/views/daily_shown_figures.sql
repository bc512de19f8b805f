-- one row per day of the last three months and subject: how known the films are that models have
-- shown, how many of the rated films they are, how unequally they are shown, and the share of
-- viewers whom the model did not know. Count, total and squares add up over days; figures of whole
-- days wait for the end of the day.
create or replace view <% database %>.<% schema %>.daily_shown_figures (
    day comment 'UTC',
    subject comment 'popularity_of_shown, unknown_viewers, coverage_of_shown or gini_of_shown',
    count_used comment 'Films shown, each time; viewers of a model; 1 for figures of the whole day',
    total comment 'Sum of the figures',
    squares comment 'Sum of their squares, for the variance'
)
as
with

shown as (
    select * from <% database %>.<% schema %>.shown
),

all_ratings as (
    select * from <% database %>.<% schema %>.all_ratings
),

-- the same input once more; a step that is read twice may be kept in memory
ratings_of_viewers as (
    select * from <% database %>.<% schema %>.all_ratings
),

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
),

model_run as (
    select * from <% database %>.<% schema %>.model_run
),

by_models as (
    select
        shown.viewer_id,
        coalesce(film_twins.kept_film_id, shown.film_id) as film_id,
        shown.training_job,
        shown.shown_at::date as day
    from shown
    left join film_twins
        on shown.film_id = film_twins.film_id
    where
        (shown.model_name is not null or shown.training_job is not null)
        and shown.shown_at::date between dateadd(day, -88, sysdate()::date) and sysdate()::date
),

-- from 0, the least rated or not rated at all, to 1, the most rated
rated_films as (
    select
        film_id,
        percent_rank() over (order by count(*)) as popularity,
        count(*) over () as films
    from all_ratings
    group by film_id
),

per_film as (
    select
        by_models.day,
        by_models.film_id,
        count(*) as times,
        coalesce(max(rated_films.popularity), 0) as popularity,
        count(max(rated_films.film_id)) over (partition by by_models.day) as rated_films_shown,
        max(max(rated_films.films)) over (partition by by_models.day) as films
    from by_models
    left join rated_films
        on by_models.film_id = rated_films.film_id
    group by by_models.day, by_models.film_id
),

placed as (
    select
        *,
        row_number() over (partition by day order by times, film_id) as place
    from per_film
),

whole_days as (
    select
        day,
        sum(times) as exposures,
        sum(times * popularity) as popularity,
        sum(times * popularity * popularity) as popularity_squares,
        max(rated_films_shown)::float / max(films) as coverage,
        -- of the films that were shown, in the order of their times
        2 * sum(place * times)::float / (count(*) * sum(times))
        - (count(*) + 1)::float / count(*) as gini
    from placed
    group by day
),

first_rated as (
    select
        user_id,
        min(rated_at) as first_rated_at
    from ratings_of_viewers
    group by user_id
),

-- as if each training had read all ratings there were when it ended
known as (
    select
        by_models.day,
        by_models.viewer_id,
        by_models.training_job,
        max(
            iff(first_rated.first_rated_at < model_run.finished_at, 0, 1)
        ) as is_unknown
    from by_models
    inner join model_run
        on by_models.training_job = model_run.training_job
    left join first_rated
        on by_models.viewer_id = first_rated.user_id
    group by by_models.day, by_models.viewer_id, by_models.training_job
)

select
    day,
    'popularity_of_shown' as subject,
    exposures as count_used,
    popularity::float as total,
    popularity_squares::float as squares
from whole_days
union all
select
    day,
    'coverage_of_shown' as subject,
    1 as count_used,
    coverage::float as total,
    square(coverage)::float as squares
from whole_days
where coverage is not null and day < sysdate()::date
union all
select
    day,
    'gini_of_shown' as subject,
    1 as count_used,
    gini::float as total,
    square(gini)::float as squares
from whole_days
where day < sysdate()::date
union all
select
    day,
    'unknown_viewers' as subject,
    count(*) as count_used,
    sum(is_unknown)::float as total,
    sum(is_unknown)::float as squares
from known
group by day;
