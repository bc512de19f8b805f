-- one row per attempt to sign in or up, kept for a day
create table if not exists <% database %>.viewers.sign_in_attempt (
    subject_hash varchar not null comment 'SHA-256 of an e-mail or network address',
    attempted_at timestamp_ntz not null
);
