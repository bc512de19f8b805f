-- one row per signed-in browser
create table if not exists <% database %>.viewers.sign_in_session (
    token_hash varchar not null comment 'SHA-256 of the random token in the browser''s cookie',
    viewer_id varchar not null,
    created_at timestamp_ntz not null,
    expires_at timestamp_ntz not null,
    primary key (token_hash)
);
