-- The database of the stack and its schemas, from what was loaded to what analysts query.
-- A created schema becomes the session's current one, so the one to work in comes last.
-- Managed access: the owner of a schema, not of each table in it, decides who may read, and may
-- grant on future tables. In a plain schema that takes MANAGE GRANTS, the right to grant anything
-- in the account, which no deployment should hold.

create database if not exists <% database %>
comment = 'Snowreel: films, ratings, viewers, recommendations';

create schema if not exists <% database %>.raw
with managed access
comment = 'The rows of the data sets after cleaning; what was rejected and merged';

create schema if not exists <% database %>.staging
with managed access
comment = 'Views: the raw tables, each with the common names and types, nothing else';

create schema if not exists <% database %>.intermediate
with managed access
comment = 'Views: how each table of the marts is made; a load copies view into table';

-- a schema of its own, because every analyst may read <% schema %>: what analysts need of it, and
-- no name or address, is in the views there
create schema if not exists <% database %>.viewers
with managed access
comment = 'Accounts of the web app; no analyst reads it';

create schema if not exists <% database %>.<% schema %>
with managed access
comment = 'What analysts query: films, ratings, recommendations, the functions';
