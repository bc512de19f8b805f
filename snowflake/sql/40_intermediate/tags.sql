-- one row per user, film and tag
create or replace view <% database %>.intermediate.tags as
with

movielens_tags as (
    select * from <% database %>.staging.stg_movielens__tags
)

select * from movielens_tags;
