-- one row per keyword
create or replace view <% database %>.intermediate.keyword as
select
    keyword,
    count(*) as films
from <% database %>.intermediate.film_keyword
group by keyword;
