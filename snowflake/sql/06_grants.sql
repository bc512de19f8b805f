-- Who may do what. Runs after every change of functions: a replaced function has no grants left,
-- and Snowflake has no future grants on external functions.

-- everybody who works with the stack sees its database and schema
grant usage on database <% database %> to role <% analyst_role %>;
grant usage on schema <% database %>.<% schema %> to role <% analyst_role %>;
grant usage on database <% database %> to role <% training_role %>;

-- analysts read tables and views
grant select on all tables in schema <% database %>.<% schema %> to role <% analyst_role %>;
grant select on all views in schema <% database %>.<% schema %> to role <% analyst_role %>;
grant select on future tables in schema <% database %>.<% schema %> to role <% analyst_role %>;
grant select on future views in schema <% database %>.<% schema %> to role <% analyst_role %>;

-- the training job replaces the output table that these scripts made
grant insert, delete on table <% database %>.<% schema %>.recommendations
to role <% training_role %>;
-- and notes what it did
grant insert, delete on table <% database %>.<% schema %>.model_run
to role <% training_role %>;

-- operators change models
grant usage on function <% database %>.<% schema %>.train_and_get_recommendations(varchar, varchar)
to role <% operator_role %>;
grant usage on function <% database %>.<% schema %>.start_training(varchar, varchar, object)
to role <% operator_role %>;
grant usage on function <% database %>.<% schema %>.deploy_model(varchar, varchar)
to role <% operator_role %>;
grant usage on function <% database %>.<% schema %>.undeploy_model(varchar)
to role <% operator_role %>;

-- analysts query them
grant usage on function <% database %>.<% schema %>.training_status(varchar)
to role <% analyst_role %>;
grant usage on function <% database %>.<% schema %>.list_models()
to role <% analyst_role %>;
grant usage on function <% database %>.<% schema %>.invoke_model(varchar, varchar, varchar)
to role <% analyst_role %>;
grant usage on function <% database %>.<% schema %>.invoke_model_details(varchar, varchar, varchar)
to role <% analyst_role %>;
grant usage on function <% database %>.<% schema %>.recommend(varchar, varchar, number)
to role <% analyst_role %>;
grant usage on function <% database %>.<% schema %>.estimate_for(varchar, object, varchar)
to role <% analyst_role %>;
grant usage on function <% database %>.<% schema %>.recommend_for(varchar, object, number, object)
to role <% analyst_role %>;
