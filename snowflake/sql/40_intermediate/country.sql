-- one row per country
create or replace view <% database %>.intermediate.country as
select
    country,
    max(country_code) as country_code,
    count(*) as films
from <% database %>.intermediate.film_country
group by country;
