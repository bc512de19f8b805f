-- The database of the stack and its schemas, from what was loaded to what analysts query.
-- A created schema becomes the session's current one, so the one to work in comes last.

create database if not exists <% database %>
comment = 'Snowreel: films, ratings, viewers, recommendations';

create schema if not exists <% database %>.raw
comment = 'Data sets as they were loaded: cleaned rows, typed; what was rejected and merged';

create schema if not exists <% database %>.<% schema %>
comment = 'What analysts query: films, ratings, recommendations, the functions';
