-- one row per user of whom anything is known: the former name of user_features, kept for one
-- version
create or replace view <% database %>.<% schema %>.user_facts as
with

user_features as (
    select * from <% database %>.<% schema %>.user_features
)

select
    user_id,
    birth_year,
    country
from user_features;
