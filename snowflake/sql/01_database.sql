-- The database of the stack and the schema that analysts, functions and the web app work in.

create database if not exists <% database %>
comment = 'Snowreel: films, ratings, viewers, recommendations';

create schema if not exists <% database %>.<% schema %>
comment = 'What analysts query: films, ratings, recommendations, the functions';
