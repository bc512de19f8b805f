-- one row per age and film: the ratings of people of that age, as far as ages are known
create or replace view <% database %>.<% schema %>.ratings_by_age as
with

ratings as (
    select * from <% database %>.<% schema %>.ratings
),

rater as (
    select * from <% database %>.<% schema %>.rater
),

viewer_rating as (
    select * from <% database %>.viewers.viewer_rating
),

viewer as (
    select * from <% database %>.viewers.viewer
),

aged as (
    select
        ratings.film_id,
        ratings.rating,
        rater.age
    from ratings
    inner join rater
        on ratings.user_id = rater.user_id
    where rater.age is not null
    union all
    select
        viewer_rating.film_id,
        viewer_rating.rating,
        datediff(year, viewer.birth_date, viewer_rating.rated_at) as age
    from viewer_rating
    inner join viewer
        on viewer_rating.viewer_id = viewer.viewer_id
)

select
    age,
    film_id,
    count(*) as rating_count,
    sum(rating) as rating_total
from aged
group by age, film_id;
