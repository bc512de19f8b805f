-- Viewers of the web app: accounts, tastes, ratings, sign-ins. A schema of their own, because every
-- analyst may read <% schema %>: what analysts need of it, and no name or address, is in the views.

create schema if not exists <% database %>.viewers
comment = 'Accounts of the web app; no analyst reads it';

-- one row per account
create table if not exists <% database %>.viewers.viewer (
    viewer_id varchar not null comment 'Random; the user id of the viewer''s ratings',
    email_key varchar not null comment 'E-mail address as compared: trimmed, lower case',
    email_address varchar not null,
    viewer_name varchar not null,
    password_hash varchar not null comment 'argon2id, with its parameters and salt',
    country varchar not null comment 'ISO 3166-1 alpha-2',
    birth_date date not null,
    language_code varchar not null comment 'ISO 639-1',
    created_at timestamp_ntz not null,
    changed_at timestamp_ntz not null,
    primary key (viewer_id)
);

-- one row per viewer and genre that is a favourite or is never to be shown
create table if not exists <% database %>.viewers.viewer_preference (
    viewer_id varchar not null,
    genre varchar not null,
    preference varchar not null comment 'favourite or never',
    primary key (viewer_id, genre)
);

-- one row per viewer and film that the viewer is not interested in
create table if not exists <% database %>.viewers.dismissed_film (
    viewer_id varchar not null,
    film_id varchar not null,
    dismissed_at timestamp_ntz not null,
    primary key (viewer_id, film_id)
);

-- one row per viewer and film: the newest rating
create table if not exists <% database %>.viewers.viewer_rating (
    viewer_id varchar not null,
    film_id varchar not null,
    rating float not null comment '0.5 to 5 stars',
    rated_at timestamp_ntz not null,
    primary key (viewer_id, film_id)
);

-- one row per signed-in browser
create table if not exists <% database %>.viewers.sign_in_session (
    token_hash varchar not null comment 'SHA-256 of the random token in the browser''s cookie',
    viewer_id varchar not null,
    created_at timestamp_ntz not null,
    expires_at timestamp_ntz not null,
    primary key (token_hash)
);

-- one row per change of a browser's sign-in that is under way: used once, within a minute
create table if not exists <% database %>.viewers.sign_in_ticket (
    ticket_hash varchar not null,
    browser_hash varchar not null comment 'The browser that it was made for',
    viewer_id varchar comment 'NULL: this browser signs out',
    expires_at timestamp_ntz not null,
    primary key (ticket_hash)
);

-- one row per attempt to sign in or up, kept for a day
create table if not exists <% database %>.viewers.sign_in_attempt (
    subject_hash varchar not null comment 'SHA-256 of an e-mail or network address',
    attempted_at timestamp_ntz not null
);

-- one row per viewer and film, for analysts and training: ratings given in the web app
create or replace view <% database %>.<% schema %>.viewer_ratings as
select
    viewer_rating.viewer_id as user_id,
    viewer_rating.film_id,
    viewer_rating.rating,
    viewer_rating.rated_at
from <% database %>.viewers.viewer_rating;

-- one row per user and film: the loaded ratings and those of the web app, to train on
create or replace view <% database %>.<% schema %>.all_ratings as
select
    ratings.user_id,
    ratings.film_id,
    ratings.rating,
    ratings.rated_at
from <% database %>.<% schema %>.ratings
union all
select
    viewer_ratings.user_id,
    viewer_ratings.film_id,
    viewer_ratings.rating,
    viewer_ratings.rated_at
from <% database %>.<% schema %>.viewer_ratings;
