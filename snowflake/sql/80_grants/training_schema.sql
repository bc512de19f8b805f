-- What the training job may do in one schema. Runs for the schema of the functions and for each
-- schema in the setting `allowed_schemas`; for others, run it by hand with their names.

grant usage on schema <% database %>.<% schema %> to role <% training_role %>;

-- it reads any table, creates output tables and temporary ones, and owns those it creates
grant select on all tables in schema <% database %>.<% schema %> to role <% training_role %>;
grant select on all views in schema <% database %>.<% schema %> to role <% training_role %>;
grant select on future tables in schema <% database %>.<% schema %> to role <% training_role %>;
grant select on future views in schema <% database %>.<% schema %> to role <% training_role %>;
grant create table on schema <% database %>.<% schema %> to role <% training_role %>;
-- the connector's bulk load goes through a temporary stage
grant create stage on schema <% database %>.<% schema %> to role <% training_role %>;
