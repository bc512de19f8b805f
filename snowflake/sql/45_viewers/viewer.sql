-- one row per account
create table if not exists <% database %>.viewers.viewer (
    viewer_id varchar not null comment 'Random; the user id of the viewer''s ratings',
    email_key varchar not null comment 'Address as compared: one form, no case, domain as in DNS',
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
