-- one row per film: the former name of item_features, kept for one version
create or replace view <% database %>.<% schema %>.item_facts as
select
    item_id,
    genres,
    countries,
    release_year
from <% database %>.<% schema %>.item_features;
