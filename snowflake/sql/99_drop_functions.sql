-- Removes the external functions; the integration they use goes after them.
-- The database with its films, ratings and viewers stays.

drop function if exists <% database %>.<% schema %>.train_and_get_recommendations(varchar, varchar);
drop function if exists <% database %>.<% schema %>.start_training(varchar, varchar, object);
drop function if exists <% database %>.<% schema %>.training_status(varchar);
drop function if exists <% database %>.<% schema %>.deploy_model(varchar, varchar);
drop function if exists <% database %>.<% schema %>.undeploy_model(varchar);
drop function if exists <% database %>.<% schema %>.list_models();
drop function if exists <% database %>.<% schema %>.invoke_model(varchar, varchar, varchar);
drop function if exists <% database %>.<% schema %>.invoke_model_details(varchar, varchar, varchar);
drop function if exists <% database %>.<% schema %>.recommend(varchar, varchar, number);
drop function if exists <% database %>.<% schema %>.estimate_for(varchar, object, varchar);
drop function if exists <% database %>.<% schema %>.recommend_for(varchar, object, number, object);
