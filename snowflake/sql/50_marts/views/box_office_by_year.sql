-- one row per year of the Blockbuster lists: films, their grosses and the most successful of them
create or replace view <% database %>.<% schema %>.box_office_by_year as
with

box_office as (
    select * from <% database %>.<% schema %>.box_office
)

select
    list_year,
    count(*) as films,
    sum(worldwide_gross_usd) as worldwide_gross_usd,
    sum(adjusted_gross_usd) as adjusted_gross_usd,
    max(case when rank_in_year = 1 then title end) as first_title,
    count(film_id) as films_matched
from box_office
group by list_year;
