-- one row per film that a list has shown a viewer, at a moment; nobody's name, address or ratings
create table if not exists <% database %>.<% schema %>.shown (
    viewer_id varchar not null comment 'Whom: the user id of the viewer''s ratings',
    film_id varchar not null comment 'What: the id by which the list named it',
    rank number(4, 0) not null comment 'Place on the shelf, 1 is the first',
    shelf varchar not null comment 'Which list: for_you, genre, season and others',
    model_name varchar comment 'The model that chose it; empty: no deployed model did',
    training_job varchar comment 'Whose model it was, where that is known',
    shown_at timestamp_ntz not null comment 'UTC',
    primary key (viewer_id, film_id, shelf, shown_at)
);
