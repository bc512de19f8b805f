-- one row per viewer and genre that is a favourite or is never to be shown
create table if not exists <% database %>.viewers.viewer_preference (
    viewer_id varchar not null,
    genre varchar not null,
    preference varchar not null comment 'favourite or never',
    primary key (viewer_id, genre)
);
