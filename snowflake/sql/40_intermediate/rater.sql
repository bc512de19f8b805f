-- one row per user who has rated, as far as the data set describes them
create or replace view <% database %>.intermediate.rater as
with

activity as (
    select
        user_id,
        count(*) as ratings,
        avg(rating) as mean_rating,
        min(rated_at) as first_rated_at,
        max(rated_at) as last_rated_at
    from <% database %>.intermediate.ratings
    group by user_id
)

select
    activity.user_id,
    viewers.age,
    viewers.gender,
    viewers.occupation,
    viewers.postal_code,
    activity.ratings,
    activity.mean_rating,
    activity.first_rated_at,
    activity.last_rated_at
from activity
left join <% database %>.staging.stg_movielens__viewers as viewers
    on activity.user_id = viewers.user_id;
