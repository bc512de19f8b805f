-- one row per day of the last three months and subject: ratings, and the shares of users and films
-- that were rated, or rated by, for the first time. Count, total and squares add up over days.
create or replace view <% database %>.<% schema %>.daily_rating_figures (
    day comment 'UTC',
    subject comment 'ratings, new_users or new_films',
    count_used comment 'Ratings, users or films of the day',
    total comment 'Sum of the ratings; of users and films, how many are new',
    squares comment 'Sum of squares, for the variance'
)
as
with

all_ratings as (
    select * from <% database %>.<% schema %>.all_ratings
),

dated as (
    select
        user_id,
        film_id,
        rating,
        rated_at::date as day,
        min(rated_at::date) over (partition by user_id) as user_first_day,
        min(rated_at::date) over (partition by film_id) as film_first_day
    from all_ratings
    where rated_at is not null
),

days as (
    select
        day,
        count(*) as ratings,
        sum(rating)::float as total,
        sum(rating * rating)::float as squares,
        count(distinct user_id) as users,
        count(distinct iff(day = user_first_day, user_id, null))::float as new_users,
        count(distinct film_id) as films,
        count(distinct iff(day = film_first_day, film_id, null))::float as new_films
    from dated
    where day between dateadd(day, -88, sysdate()::date) and sysdate()::date
    group by day
)

select
    day,
    'ratings' as subject,
    ratings as count_used,
    total,
    squares
from days
union all
select
    day,
    'new_users' as subject,
    users as count_used,
    new_users as total,
    new_users as squares
from days
union all
select
    day,
    'new_films' as subject,
    films as count_used,
    new_films as total,
    new_films as squares
from days;
