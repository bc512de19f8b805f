-- one row per viewer and film: the newest rating
create table if not exists <% database %>.viewers.viewer_rating (
    viewer_id varchar not null,
    film_id varchar not null,
    rating float not null comment '0.5 to 5 stars',
    rated_at timestamp_ntz not null,
    primary key (viewer_id, film_id)
);
