-- one row per user of whom anything is known: side information for training, beside the ratings.
-- Analysts may read it: of the accounts of the web app it tells the decade of birth and the
-- country, nothing else.
create or replace view <% database %>.<% schema %>.user_features as
with

rater as (
    select * from <% database %>.<% schema %>.rater
),

viewer as (
    select * from <% database %>.viewers.viewer
)

select
    rater.user_id,
    year(rater.first_rated_at) - rater.age as birth_year,
    null::varchar as country
from rater
where rater.age is not null
union all
select
    viewer.viewer_id as user_id,
    floor(year(viewer.birth_date) / 10) * 10 + 5 as birth_year,
    viewer.country
from viewer;
