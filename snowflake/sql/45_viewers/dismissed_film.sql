-- one row per viewer and film that the viewer is not interested in
create table if not exists <% database %>.viewers.dismissed_film (
    viewer_id varchar not null,
    film_id varchar not null,
    dismissed_at timestamp_ntz not null,
    primary key (viewer_id, film_id)
);
