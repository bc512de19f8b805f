-- one row per described user
create or replace view <% database %>.staging.stg_movielens__viewers as
with

viewers as (
    select * from <% database %>.raw.movielens_viewers
)

select
    to_varchar(user_id) as user_id,
    age,
    gender,
    occupation,
    postal_code
from viewers;
