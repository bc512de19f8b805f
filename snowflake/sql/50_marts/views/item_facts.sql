-- one row per film: the former name of item_features, kept for one version
create or replace view <% database %>.<% schema %>.item_facts as
with

item_features as (
    select * from <% database %>.<% schema %>.item_features
)

select
    item_id,
    genres,
    countries,
    release_year
from item_features;
