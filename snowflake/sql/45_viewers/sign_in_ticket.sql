-- one row per change of a browser's sign-in that is under way: used once, within a minute
create table if not exists <% database %>.viewers.sign_in_ticket (
    ticket_hash varchar not null,
    browser_hash varchar not null comment 'The browser that it was made for',
    viewer_id varchar comment 'NULL: this browser signs out',
    expires_at timestamp_ntz not null,
    primary key (ticket_hash)
);
