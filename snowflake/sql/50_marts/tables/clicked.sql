-- one row per act of a viewer on a film that a shelf has shown
create table if not exists <% database %>.<% schema %>.clicked (
    viewer_id varchar not null comment 'Who: the user id of the viewer''s ratings',
    film_id varchar not null comment 'The id by which the list named it',
    shelf varchar not null comment 'Where: a shelf of the table shown',
    action varchar not null comment 'opened, rated or dismissed',
    clicked_at timestamp_ntz not null comment 'UTC',
    primary key (viewer_id, film_id, shelf, action, clicked_at)
);
