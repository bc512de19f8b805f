-- The n best items for several people at once: members is an array of objects, each of ratings by
-- item id, or with ratings and filters of the member's own. Within the filters of all, and by a
-- rule: least_misery, average or without_misery.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.recommend_group(
    model_name varchar,
    members array,
    n number,
    filters object
)
returns variant
volatile
comment = 'The n best items for several people at once, within the filters of each'
api_integration = <% api_integration %>
max_batch_rows = 3
as '<% api_url %>/recommend-group';

grant usage on function <% database %>.<% schema %>.recommend_group(varchar, array, number, object)
to role <% analyst_role %>;
