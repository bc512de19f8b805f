-- The web app reads what analysts read (its role has theirs) and writes viewer tables alone.

grant usage on schema <% database %>.viewers to role <% webapp_role %>;
grant select, insert, update, delete on all tables in schema <% database %>.viewers
to role <% webapp_role %>;

-- it notes what it has shown, and forgets it with the account
grant insert, delete on table <% database %>.<% schema %>.shown to role <% webapp_role %>;
grant insert, delete on table <% database %>.<% schema %>.clicked to role <% webapp_role %>;
