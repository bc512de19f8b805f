-- What the training job may do in the database; in each of its schemas: training_schema.sql.

grant usage on database <% database %> to role <% training_role %>;

-- it replaces the output table that these scripts made
grant insert, delete on table <% database %>.<% schema %>.recommendations
to role <% training_role %>;
-- and notes what it did, and later what a judgement said of it
grant insert, update, delete on table <% database %>.<% schema %>.model_run
to role <% training_role %>;
