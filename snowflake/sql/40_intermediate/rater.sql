-- one row per user who has rated, as far as the data set describes them
create or replace view <% database %>.intermediate.rater as
with

ratings as (
    select * from <% database %>.intermediate.ratings
),

viewers as (
    select * from <% database %>.staging.stg_movielens__viewers
),

activity as (
    select
        user_id,
        count(*) as ratings,
        avg(rating) as mean_rating,
        min(rated_at) as first_rated_at,
        max(rated_at) as last_rated_at
    from ratings
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
left join viewers
    on activity.user_id = viewers.user_id;
