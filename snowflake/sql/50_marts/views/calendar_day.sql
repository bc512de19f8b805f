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
