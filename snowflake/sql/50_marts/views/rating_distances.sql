-- one row per day of the last sixty and metric: how far the distribution of the day's ratings is
-- from that of the four weeks before it. The metrics have the names of Snowflake's model monitors,
-- https://docs.snowflake.com/en/sql-reference/functions/model-monitor-drift-metric, whose formulas
-- are not published: here they are the usual ones, over ten bins of equal width between the lowest
-- and the highest rating of the four weeks, and one beyond each end. Half a rating is added to each
-- bin, so that an empty one has a logarithm.
create or replace view <% database %>.<% schema %>.rating_distances (
    day comment 'UTC',
    metric comment 'POPULATION_STABILITY_INDEX, or JENSEN_SHANNON: divergence to base 2, 0 to 1',
    value comment 'Distance; 0 is the same distribution',
    count_used comment 'Ratings of the day',
    baseline_count_used comment 'Ratings of the four weeks before it'
)
as
with

all_ratings as (
    select * from <% database %>.<% schema %>.all_ratings
),

counted as (
    select
        rated_at::date as day,
        rating,
        count(*) as ratings
    from all_ratings
    where rated_at::date between dateadd(day, -88, sysdate()::date) and sysdate()::date
    group by rated_at::date, rating
),

-- a day's ratings beside those of the four weeks before it
compared as (
    select
        today.day,
        earlier.rating,
        0 as ratings,
        earlier.ratings as baseline_ratings
    from (select distinct day from counted) as today
    inner join counted as earlier
        on earlier.day between dateadd(day, -28, today.day) and dateadd(day, -1, today.day)
    union all
    select
        day,
        rating,
        ratings,
        0 as baseline_ratings
    from counted
),

spanned as (
    select
        *,
        min(iff(baseline_ratings > 0, rating, null)) over (partition by day) as lowest,
        max(iff(baseline_ratings > 0, rating, null)) over (partition by day) as highest
    from compared
    where day >= dateadd(day, -60, sysdate()::date)
),

placed as (
    select
        day,
        ratings,
        baseline_ratings,
        case
            when rating < lowest then -1
            when rating > highest then 10
            when rating = highest then 9
            else floor((rating - lowest) / (highest - lowest) * 10)
        end as bin
    from spanned
    where lowest is not null
),

binned as (
    select
        day,
        bin,
        sum(ratings) as ratings,
        sum(baseline_ratings) as baseline_ratings
    from placed
    group by day, bin
),

totals as (
    select
        day,
        sum(ratings) as count_used,
        sum(baseline_ratings) as baseline_count_used,
        count(*) as bins
    from binned
    group by day
),

shares as (
    select
        totals.day,
        totals.count_used,
        totals.baseline_count_used,
        (binned.ratings + 0.5)::float / (totals.count_used + 0.5 * totals.bins) as now,
        (binned.baseline_ratings + 0.5)::float
        / (totals.baseline_count_used + 0.5 * totals.bins) as usual
    from binned
    inner join totals
        on binned.day = totals.day
),

distances as (
    select
        day,
        max(count_used) as count_used,
        max(baseline_count_used) as baseline_count_used,
        sum((now - usual) * ln(now / usual)) as stability_index,
        sum(
            now * ln(2 * now / (now + usual)) + usual * ln(2 * usual / (now + usual))
        ) / 2 / ln(2) as jensen_shannon
    from shares
    group by day
)

select
    day,
    'POPULATION_STABILITY_INDEX' as metric,
    stability_index::float as value,
    count_used,
    baseline_count_used
from distances
union all
select
    day,
    'JENSEN_SHANNON' as metric,
    jensen_shannon::float as value,
    count_used,
    baseline_count_used
from distances;
