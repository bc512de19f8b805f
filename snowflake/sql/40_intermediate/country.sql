-- one row per country
create or replace view <% database %>.intermediate.country as
with

film_country as (
    select * from <% database %>.intermediate.film_country
)

select
    country,
    max(country_code) as country_code,
    count(*) as films
from film_country
group by country;
