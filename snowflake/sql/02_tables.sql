-- Tables that analysts query. Keys are declared for readers and tools; Snowflake does not enforce
-- them. Dimensions are singular, facts plural; how each is made is in 03_transformations.sql.

-- --- dimensions ----------------------------------------------------------------------------------

-- one row per film
create table if not exists <% database %>.<% schema %>.film (
    film_id varchar not null comment 'Id in the ratings',
    title varchar not null comment 'In English, without the year, article first',
    release_year number(4, 0),
    release_date date,
    imdb_id varchar,
    tmdb_id number(10, 0),
    original_title varchar,
    original_language varchar comment 'ISO 639-1',
    overview varchar,
    collection varchar,
    runtime_minutes number(6, 0),
    budget_usd number(14, 0),
    revenue_usd number(14, 0),
    popularity float comment 'At TMDB; only its order has a meaning',
    vote_average float comment 'At TMDB, 0 to 10',
    vote_count number(10, 0) comment 'At TMDB',
    is_adult boolean comment 'An adult film, says TMDB',
    primary key (film_id)
);

-- one row per genre
create table if not exists <% database %>.<% schema %>.genre (
    genre varchar not null,
    films number(10, 0) not null,
    primary key (genre)
);

-- one row per country
create table if not exists <% database %>.<% schema %>.country (
    country varchar not null comment 'Name in English',
    country_code varchar comment 'ISO 3166-1 alpha-2; states that are gone have none',
    films number(10, 0) not null,
    primary key (country)
);

-- one row per keyword
create table if not exists <% database %>.<% schema %>.keyword (
    keyword varchar not null,
    films number(10, 0) not null,
    primary key (keyword)
);

-- one row per person who made films
create table if not exists <% database %>.<% schema %>.person (
    person_id varchar not null,
    name varchar not null,
    gender varchar,
    films number(10, 0) not null,
    primary key (person_id)
);

-- one row per user of the loaded ratings
create table if not exists <% database %>.<% schema %>.rater (
    user_id varchar not null comment 'Id in the ratings',
    age number(3, 0),
    gender varchar,
    occupation varchar,
    postal_code varchar,
    ratings number(10, 0) not null,
    mean_rating float not null,
    first_rated_at timestamp_ntz not null,
    last_rated_at timestamp_ntz not null,
    primary key (user_id)
);

-- --- bridges -------------------------------------------------------------------------------------

-- one row per film and genre
create table if not exists <% database %>.<% schema %>.film_genre (
    film_id varchar not null,
    genre varchar not null,
    position number(4, 0) not null comment '1 is the first that the source names',
    primary key (film_id, genre),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id),
    foreign key (genre) references <% database %>.<% schema %>.genre (genre)
);

-- one row per film and country of production
create table if not exists <% database %>.<% schema %>.film_country (
    film_id varchar not null,
    country varchar not null,
    country_code varchar,
    position number(4, 0) not null comment '1 is the first that the source names',
    primary key (film_id, country),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id),
    foreign key (country) references <% database %>.<% schema %>.country (country)
);

-- one row per film and keyword
create table if not exists <% database %>.<% schema %>.film_keyword (
    film_id varchar not null,
    keyword varchar not null,
    position number(4, 0) not null,
    primary key (film_id, keyword),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id),
    foreign key (keyword) references <% database %>.<% schema %>.keyword (keyword)
);

-- --- facts ---------------------------------------------------------------------------------------

-- one row per user and film: the newest rating
create table if not exists <% database %>.<% schema %>.ratings (
    user_id varchar not null,
    film_id varchar not null,
    rating float not null comment 'On the scale of the data set',
    rated_at timestamp_ntz,
    primary key (user_id, film_id),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id)
);

-- one row per user, film and tag
create table if not exists <% database %>.<% schema %>.tags (
    user_id varchar not null,
    film_id varchar not null,
    tag varchar not null,
    tagged_at timestamp_ntz,
    primary key (user_id, film_id, tag),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id)
);

-- one row per person's job on a film, or part in it
create table if not exists <% database %>.<% schema %>.credits (
    film_id varchar not null,
    person_id varchar not null,
    name varchar not null,
    gender varchar,
    department varchar not null,
    job varchar not null comment 'Director, Writer, Actor and others',
    part varchar comment 'Name of the character, of actors',
    position number(5, 0) not null comment '1 is the first of the list',
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id),
    foreign key (person_id) references <% database %>.<% schema %>.person (person_id)
);

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

-- one row per user and rank; a training replaces the content
create table if not exists <% database %>.<% schema %>.recommendations (
    user_id varchar not null,
    rank number(4, 0) not null comment '1 is the best',
    item_id varchar not null,
    score float not null comment 'What the rank is by; only its order has a meaning',
    estimated_rating float not null comment 'On the scale of the ratings',
    training_job varchar not null,
    generated_at timestamp_ntz not null,
    primary key (user_id, rank)
);

-- one row per finished training: what it was, and how good it is on ratings that it did not see
create table if not exists <% database %>.<% schema %>.model_run (
    training_job varchar not null,
    finished_at timestamp_ntz not null,
    input_table varchar not null,
    output_table varchar not null,
    algorithm varchar not null comment 'How ratings are estimated',
    ranking varchar not null comment 'How items are ordered',
    users number(10, 0) not null,
    items number(10, 0) not null,
    ratings number(12, 0) not null,
    rmse float not null comment 'Root mean square error of estimated ratings, cross-validated',
    mae float not null comment 'Mean absolute error of estimated ratings, cross-validated',
    ndcg_at_10 float comment 'Of lists, on a fifth of each user''s ratings that was held back',
    recall_at_10 float comment 'Share of the held-back ratings among the ten',
    coverage float comment 'Share of the items that are in somebody''s list',
    popular_ndcg_at_10 float comment 'The same of the most rated items',
    estimated_ndcg_at_10 float comment 'The same of the highest estimated ratings',
    metrics varchar not null comment 'All figures, as a JSON object',
    hyperparameters varchar not null comment 'As a JSON object',
    primary key (training_job)
);
