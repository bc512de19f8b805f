-- one row per age and film: the ratings of people of that age, as far as ages are known
create or replace view <% database %>.<% schema %>.ratings_by_age as
with

joined_ratings as (
    select * from <% database %>.<% schema %>.joined_ratings
),

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
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
        joined_ratings.film_id,
        joined_ratings.rating,
        rater.age
    from joined_ratings
    inner join rater
        on joined_ratings.user_id = rater.user_id
    where rater.age is not null
    union all
    select
        coalesce(film_twins.kept_film_id, viewer_rating.film_id) as film_id,
        viewer_rating.rating,
        datediff(year, viewer.birth_date, viewer_rating.rated_at) as age
    from viewer_rating
    inner join viewer
        on viewer_rating.viewer_id = viewer.viewer_id
    left join film_twins
        on viewer_rating.film_id = film_twins.film_id
)

select
    age,
    film_id,
    count(*) as rating_count,
    sum(rating) as rating_total
from aged
group by age, film_id;
