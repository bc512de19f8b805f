-- Features of users: side information for training, beside the ratings. Analysts may read it: of
-- the accounts of the web app it tells the decade of birth and the country, nothing else.

-- one row per user of whom anything is known
create or replace view <% database %>.<% schema %>.user_features as
select
    rater.user_id,
    year(rater.first_rated_at) - rater.age as birth_year,
    null::varchar as country
from <% database %>.<% schema %>.rater
where rater.age is not null
union all
select
    viewer.viewer_id as user_id,
    floor(year(viewer.birth_date) / 10) * 10 + 5 as birth_year,
    viewer.country
from <% database %>.viewers.viewer;

-- one row per user of whom anything is known: the former name of user_features, kept for one
-- version
create or replace view <% database %>.<% schema %>.user_facts as
select
    user_id,
    birth_year,
    country
from <% database %>.<% schema %>.user_features;
