-- one row per user of whom anything is known: the former name of user_features, kept for one
-- version
create or replace view <% database %>.<% schema %>.user_facts as
select
    user_id,
    birth_year,
    country
from <% database %>.<% schema %>.user_features;
