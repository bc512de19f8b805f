-- What shelves have shown, and the shares that were clicked and rated within seven days, of what
-- has had its seven days.
select
    shelf,
    sum(exposures) as exposures,
    count(distinct viewer_id) as viewers,
    count(distinct film_id) as films,
    count_if(is_over) as shown,
    count_if(is_over and is_clicked)::float / nullif(count_if(is_over), 0) as click_through,
    count_if(is_over and is_rated)::float / nullif(count_if(is_over), 0) as rating_through
from shown_outcomes
group by shelf
order by exposures desc, shelf
