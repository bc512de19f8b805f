-- one row per age and film: the ratings of people of that age, as far as ages are known
create or replace view <% database %>.<% schema %>.ratings_by_age as
with

aged as (
    select
        ratings.film_id,
        ratings.rating,
        rater.age
    from <% database %>.<% schema %>.ratings
    inner join <% database %>.<% schema %>.rater
        on ratings.user_id = rater.user_id
    where rater.age is not null
    union all
    select
        viewer_rating.film_id,
        viewer_rating.rating,
        datediff(year, viewer.birth_date, viewer_rating.rated_at) as age
    from <% database %>.viewers.viewer_rating
    inner join <% database %>.viewers.viewer
        on viewer_rating.viewer_id = viewer.viewer_id
)

select
    age,
    film_id,
    count(*) as rating_count,
    sum(rating) as rating_total
from aged
group by age, film_id;
