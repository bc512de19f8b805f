-- The n best items for somebody with these ratings, or with none, within filters:
-- exclude_items, genres, exclude_genres, countries, exclude_countries, years (first and last), and
-- viewer, what a new viewer said: favourite_genres, country, birth_year, season. Options of the
-- list stand beside them: diversity and familiarity, from 0 to 1, and allow_seen.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.recommend_for(
    model_name varchar,
    ratings object,
    n number,
    filters object
)
returns variant
volatile
comment = 'The n best items for somebody with these ratings, within filters'
api_integration = <% api_integration %>
max_batch_rows = 4
as '<% api_url %>/recommend-for';

grant usage on function <% database %>.<% schema %>.recommend_for(varchar, object, number, object)
to role <% analyst_role %>;
