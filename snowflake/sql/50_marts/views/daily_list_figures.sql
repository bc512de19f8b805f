-- one row per day of the last three months and subject: NDCG@10 of one week's lists on the ratings
-- of the week after it, which ends with the day; a mean over those who have a list and have rated.
-- Every film that somebody has rated in the week is relevant, as in a training's own figures.
create or replace view <% database %>.<% schema %>.daily_list_figures (
    day comment 'Last of the seven days of ratings, UTC',
    subject comment 'ndcg_of_shown: what models have shown. ndcg_of_recommendations: of that table',
    count_used comment 'Users with a list who have rated in the week',
    total comment 'Sum of their NDCG@10',
    squares comment 'Sum of its squares, for the variance'
)
as
with

shown as (
    select * from <% database %>.<% schema %>.shown
),

recommendations as (
    select * from <% database %>.<% schema %>.recommendations
),

all_ratings as (
    select * from <% database %>.<% schema %>.all_ratings
),

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
),

calendar_day as (
    select * from <% database %>.<% schema %>.calendar_day
),

days as (
    select calendar_date as day
    from calendar_day
    where calendar_date between dateadd(day, -88, sysdate()::date) and sysdate()::date
),

-- what the best list would have gained, of so many relevant films
ideal as (
    select
        places.place as relevant,
        sum(ln(2) / ln(places.place + 1)) over (order by places.place) as gain
    from (
        select row_number() over (order by seq4()) as place
        from table(generator(rowcount => 10))
    ) as places
),

recent_ratings as (
    select
        user_id,
        film_id,
        rated_at::date as day
    from all_ratings
    where rated_at::date between dateadd(day, -94, sysdate()::date) and sysdate()::date
),

rated as (
    select
        user_id,
        day,
        count(*) as films
    from recent_ratings
    group by user_id, day
),

shown_by_models as (
    select
        days.day,
        shown.viewer_id as user_id,
        coalesce(film_twins.kept_film_id, shown.film_id) as film_id,
        min(shown.rank) as best_rank,
        min(shown.shown_at) as first_shown_at
    from days
    inner join shown
        on shown.shown_at::date between dateadd(day, -13, days.day) and dateadd(day, -7, days.day)
    left join film_twins
        on shown.film_id = film_twins.film_id
    where shown.model_name is not null or shown.training_job is not null
    group by days.day, shown.viewer_id, coalesce(film_twins.kept_film_id, shown.film_id)
),

listed as (
    select
        'ndcg_of_shown' as subject,
        day,
        user_id,
        film_id,
        row_number() over (
            partition by day, user_id
            order by best_rank, first_shown_at, film_id
        ) as place
    from shown_by_models
    union all
    select
        'ndcg_of_recommendations' as subject,
        days.day,
        recommendations.user_id,
        recommendations.item_id as film_id,
        recommendations.rank as place
    from days
    inner join recommendations
        on dateadd(day, -7, days.day) >= recommendations.generated_at::date
),

first_ten as (
    select * from listed
    where place <= 10
),

gained as (
    select
        first_ten.subject,
        first_ten.day,
        first_ten.user_id,
        sum(ln(2) / ln(first_ten.place + 1)) as gain
    from first_ten
    inner join recent_ratings
        on
            first_ten.user_id = recent_ratings.user_id
            and first_ten.film_id = recent_ratings.film_id
            and recent_ratings.day between dateadd(day, -6, first_ten.day) and first_ten.day
    group by first_ten.subject, first_ten.day, first_ten.user_id
),

-- who has a list and has rated, whether or not what was listed
evaluated as (
    select
        lists.subject,
        lists.day,
        lists.user_id,
        least(sum(rated.films), 10) as relevant
    from (
        select distinct
            subject,
            day,
            user_id
        from first_ten
    ) as lists
    inner join rated
        on
            lists.user_id = rated.user_id
            and rated.day between dateadd(day, -6, lists.day) and lists.day
    group by lists.subject, lists.day, lists.user_id
),

normalized as (
    select
        evaluated.subject,
        evaluated.day,
        coalesce(gained.gain, 0) / ideal.gain as ndcg
    from evaluated
    inner join ideal
        on evaluated.relevant = ideal.relevant
    left join gained
        on
            evaluated.subject = gained.subject
            and evaluated.day = gained.day
            and evaluated.user_id = gained.user_id
)

select
    day,
    subject,
    count(*) as count_used,
    sum(ndcg)::float as total,
    sum(ndcg * ndcg)::float as squares
from normalized
group by day, subject;
