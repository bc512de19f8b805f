-- Raw tables: the rows of the data sets' files after cleaning, one table per kind of file.
-- A load replaces all tables of its data set in one transaction.

-- --- MovieLens -----------------------------------------------------------------------------------

-- one row per film of the loaded edition
create table if not exists <% database %>.raw.movielens_films (
    film_id number(10, 0) not null,
    title varchar not null comment 'Without the year, article first',
    release_year number(4, 0),
    primary key (film_id)
);

-- one row per film and genre
create table if not exists <% database %>.raw.movielens_film_genres (
    film_id number(10, 0) not null,
    genre varchar not null,
    position number(4, 0) not null,
    primary key (film_id, genre),
    foreign key (film_id) references <% database %>.raw.movielens_films (film_id)
);

-- one row per film with its ids elsewhere
create table if not exists <% database %>.raw.movielens_links (
    film_id number(10, 0) not null,
    imdb_id varchar,
    tmdb_id number(10, 0),
    primary key (film_id)
);

-- one row per user, film and tag
create table if not exists <% database %>.raw.movielens_tags (
    user_id number(10, 0) not null,
    film_id number(10, 0) not null,
    tag varchar not null,
    tagged_at number(12, 0) comment 'Seconds since 1970, UTC',
    primary key (user_id, film_id, tag)
);

-- one row per user, in the editions that describe users
create table if not exists <% database %>.raw.movielens_viewers (
    user_id number(10, 0) not null,
    age number(3, 0) comment 'In the 1M layout the lowest age of a group',
    gender varchar,
    occupation varchar,
    postal_code varchar,
    primary key (user_id)
);

-- one row per user and film: the newest rating
create table if not exists <% database %>.raw.movielens_ratings (
    user_id number(10, 0) not null,
    film_id number(10, 0) not null,
    rating float not null comment '0.5 to 5',
    rated_at number(12, 0) not null comment 'Seconds since 1970, UTC',
    primary key (user_id, film_id)
);

-- --- The Movies Dataset --------------------------------------------------------------------------

-- one row per film
create table if not exists <% database %>.raw.tmdb_films (
    tmdb_id number(10, 0) not null,
    imdb_id varchar,
    title varchar not null,
    original_title varchar,
    original_language varchar,
    overview varchar,
    collection varchar,
    status varchar,
    release_date date,
    runtime_minutes number(6, 0),
    budget_usd number(14, 0),
    revenue_usd number(14, 0),
    popularity float,
    vote_average float,
    vote_count number(10, 0),
    is_adult boolean,
    primary key (tmdb_id)
);

-- one row per film and genre
create table if not exists <% database %>.raw.tmdb_film_genres (
    tmdb_id number(10, 0) not null,
    genre varchar not null,
    position number(4, 0) not null,
    primary key (tmdb_id, genre),
    foreign key (tmdb_id) references <% database %>.raw.tmdb_films (tmdb_id)
);

-- one row per film and country of production
create table if not exists <% database %>.raw.tmdb_film_countries (
    tmdb_id number(10, 0) not null,
    country varchar not null,
    country_code varchar comment 'ISO 3166-1 alpha-2; states that are gone have none',
    position number(4, 0) not null,
    primary key (tmdb_id, country),
    foreign key (tmdb_id) references <% database %>.raw.tmdb_films (tmdb_id)
);

-- one row per film and keyword
create table if not exists <% database %>.raw.tmdb_film_keywords (
    tmdb_id number(10, 0) not null,
    keyword varchar not null,
    position number(4, 0) not null,
    primary key (tmdb_id, keyword)
);

-- one row per credit: a person's job on a film, or a part in it
create table if not exists <% database %>.raw.tmdb_credits (
    tmdb_id number(10, 0) not null,
    credit_id varchar not null,
    person_id number(10, 0) not null,
    name varchar not null,
    gender varchar,
    department varchar not null,
    job varchar not null,
    part varchar comment 'Name of the character, of actors',
    position number(5, 0) not null comment 'Order in the list; 1 is the first',
    primary key (credit_id)
);

-- one row per MovieLens film with its ids elsewhere
create table if not exists <% database %>.raw.tmdb_links (
    film_id number(10, 0) not null,
    imdb_id varchar,
    tmdb_id number(10, 0),
    primary key (film_id)
);

-- one row per user and film, by MovieLens's film id: the newest rating
create table if not exists <% database %>.raw.tmdb_ratings (
    user_id number(10, 0) not null,
    film_id number(10, 0) not null,
    rating float not null comment '0.5 to 5',
    rated_at number(12, 0) not null comment 'Seconds since 1970, UTC',
    primary key (user_id, film_id)
);

-- --- Blockbuster ---------------------------------------------------------------------------------

-- one row per film among the most successful of its year
create table if not exists <% database %>.raw.blockbuster_films (
    film_key varchar not null comment 'Year and simplified title',
    list_year number(4, 0) not null,
    rank_in_year number(4, 0) not null,
    title varchar not null,
    studio varchar,
    certificate varchar,
    release_date date,
    runtime_minutes number(6, 0),
    worldwide_gross_usd number(14, 0),
    adjusted_gross_usd number(14, 0) comment 'In dollars of 2015',
    imdb_rating float,
    critics_score float comment 'Rotten Tomatoes, 0 to 10',
    audience_score float comment 'Rotten Tomatoes, 0 to 5',
    primary key (film_key)
);

-- one row per film and genre
create table if not exists <% database %>.raw.blockbuster_film_genres (
    film_key varchar not null,
    genre varchar not null,
    position number(4, 0) not null,
    primary key (film_key, genre)
);

-- --- facts of the demo ---------------------------------------------------------------------------

-- one row per film of the OMDb extract
create table if not exists <% database %>.raw.omdb_films (
    omdb_id number(10, 0) not null,
    imdb_id varchar,
    title varchar not null,
    release_year number(4, 0),
    release_date date,
    runtime_minutes number(6, 0),
    primary key (omdb_id)
);

-- one row per film and genre
create table if not exists <% database %>.raw.omdb_film_genres (
    omdb_id number(10, 0) not null,
    genre varchar not null,
    position number(4, 0) not null,
    primary key (omdb_id, genre)
);

-- one row per film and country of production
create table if not exists <% database %>.raw.omdb_film_countries (
    omdb_id number(10, 0) not null,
    country varchar not null,
    country_code varchar comment 'ISO 3166-1 alpha-2; states that are gone have none',
    position number(4, 0) not null,
    primary key (omdb_id, country)
);

-- one row per film, job and person
create table if not exists <% database %>.raw.omdb_credits (
    omdb_id number(10, 0) not null,
    name varchar not null,
    job varchar not null,
    position number(5, 0) not null,
    primary key (omdb_id, job, name)
);

-- --- matches -------------------------------------------------------------------------------------

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

-- --- loads ---------------------------------------------------------------------------------------

-- one row per load of a data set's content
create table if not exists <% database %>.raw.loads (
    load_id varchar not null comment 'Digest of data set and files: the same files, the same id',
    dataset varchar not null,
    edition varchar not null,
    source varchar not null comment 'Names of the files',
    loaded_at timestamp_ntz not null comment 'UTC',
    primary key (load_id)
);

-- one row per load and table: rows in = loaded + merged + rejected
create table if not exists <% database %>.raw.load_tables (
    load_id varchar not null,
    dataset varchar not null,
    table_name varchar not null,
    rows_in number(12, 0) not null,
    rows_loaded number(12, 0) not null,
    rows_merged number(12, 0) not null,
    rows_rejected number(12, 0) not null,
    primary key (load_id, table_name),
    foreign key (load_id) references <% database %>.raw.loads (load_id)
);

-- one row per load and rule that was applied
create table if not exists <% database %>.raw.load_rules (
    load_id varchar not null,
    dataset varchar not null,
    rule varchar not null,
    outcome varchar not null comment 'rejected, merged, repaired, emptied or noted',
    sentence varchar not null,
    rows_affected number(12, 0) not null,
    primary key (load_id, rule),
    foreign key (load_id) references <% database %>.raw.loads (load_id)
);

-- one row per rejected row of the newest load of each data set
create table if not exists <% database %>.raw.rejected_rows (
    load_id varchar not null,
    dataset varchar not null,
    table_name varchar not null,
    file varchar not null,
    line number(12, 0) not null,
    rule varchar not null,
    raw_text varchar not null comment 'As it stands in the file, at most 10,000 characters',
    primary key (load_id, file, line)
);

-- one row per merged row of the newest load of each data set, with the row that was kept
create table if not exists <% database %>.raw.merged_rows (
    load_id varchar not null,
    dataset varchar not null,
    table_name varchar not null,
    file varchar not null,
    line number(12, 0) not null,
    rule varchar not null,
    kept_file varchar not null,
    kept_line number(12, 0) not null,
    primary key (load_id, file, line)
);
