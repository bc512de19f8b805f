-- one row per keyword
create or replace view <% database %>.intermediate.keyword as
with

film_keyword as (
    select * from <% database %>.intermediate.film_keyword
)

select
    keyword,
    count(*) as films
from film_keyword
group by keyword;
