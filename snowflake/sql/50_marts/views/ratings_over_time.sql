-- one row per month: its ratings, the people who gave them and their mean
create or replace view <% database %>.<% schema %>.ratings_over_time as
with

ratings as (
    select * from <% database %>.<% schema %>.ratings
),

dated as (
    select
        user_id,
        rating,
        date_trunc('month', rated_at)::date as first_of_month
    from ratings
    where rated_at is not null
)

select
    first_of_month,
    count(*) as ratings,
    count(distinct user_id) as raters,
    avg(rating) as mean_rating
from dated
group by first_of_month;
