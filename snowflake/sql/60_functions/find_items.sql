-- The n items that the words are about: a title, a name, a sentence; also those nobody has rated.
-- Role: analyst

create or replace external function <% database %>.<% schema %>.find_items(
    model_name varchar,
    text varchar,
    n number
)
returns variant
volatile
comment = 'The n items that the words are about'
api_integration = <% api_integration %>
max_batch_rows = 17
as '<% api_url %>/find-items';

grant usage on function <% database %>.<% schema %>.find_items(varchar, varchar, number)
to role <% analyst_role %>;
