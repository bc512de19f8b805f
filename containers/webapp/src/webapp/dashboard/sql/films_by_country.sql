-- The fifteen countries with the most films; a film of several countries counts for each.
select
    country,
    country_code,
    films,
    share_of_films
from films_by_country
order by films desc, country
limit 15
