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
