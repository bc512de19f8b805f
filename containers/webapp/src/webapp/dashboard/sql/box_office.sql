-- The grosses of each year's most successful films.
select
    list_year,
    films,
    worldwide_gross_usd,
    first_title
from box_office_by_year
order by list_year
