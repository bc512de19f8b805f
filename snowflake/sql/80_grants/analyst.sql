-- What analysts may do: see the database and its schema, read all tables and views, those of
-- tomorrow included. The grant of a function is in the function's own file.

grant usage on database <% database %> to role <% analyst_role %>;
grant usage on schema <% database %>.<% schema %> to role <% analyst_role %>;

grant select on all tables in schema <% database %>.<% schema %> to role <% analyst_role %>;
grant select on all views in schema <% database %>.<% schema %> to role <% analyst_role %>;
grant select on future tables in schema <% database %>.<% schema %> to role <% analyst_role %>;
grant select on future views in schema <% database %>.<% schema %> to role <% analyst_role %>;
