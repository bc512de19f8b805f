-- one row per film among the most successful of its year
create table if not exists <% database %>.<% schema %>.box_office (
    list_year number(4, 0) not null,
    rank_in_year number(4, 0) not null,
    title varchar not null,
    film_key varchar not null,
    film_id varchar comment 'Empty unless the match with a film is certain',
    match_status varchar comment 'matched, ambiguous or unmatched',
    match_confidence float,
    studio varchar,
    certificate varchar,
    release_date date,
    runtime_minutes number(6, 0),
    worldwide_gross_usd number(14, 0),
    adjusted_gross_usd number(14, 0) comment 'In dollars of 2015',
    imdb_rating float,
    critics_score float comment 'Rotten Tomatoes, 0 to 10',
    audience_score float comment 'Rotten Tomatoes, 0 to 5',
    primary key (film_key),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id)
);
