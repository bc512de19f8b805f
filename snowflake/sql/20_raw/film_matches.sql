-- one row per film of a source and film of the catalogue that it was compared with
create table if not exists <% database %>.raw.film_matches (
    source varchar not null comment 'tmdb, omdb or blockbuster',
    source_key varchar not null comment 'Key of the film in its source',
    film_id varchar comment 'Film of the catalogue; empty unless the match is certain',
    status varchar not null comment 'matched, ambiguous or unmatched',
    method varchar not null comment 'link, same title or similar title',
    confidence float not null comment '1 is certain; below 0.94 nothing is matched',
    candidates varchar comment 'Of an ambiguous match: the films that it could be'
);
