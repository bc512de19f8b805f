-- The rating that somebody with these ratings would give to the item, fitted on the spot; ratings
-- are an object from item ids to numbers, for example {'242': 4}; NULL for a NULL.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.estimate_for(
    model_name varchar,
    ratings object,
    item_id varchar
)
returns float
volatile
comment = 'Estimated rating of an item by somebody with these ratings'
api_integration = <% api_integration %>
max_batch_rows = 9
as '<% api_url %>/estimate-for';

grant usage on function <% database %>.<% schema %>.estimate_for(varchar, object, varchar)
to role <% analyst_role %>;
