-- one row per country
create table if not exists <% database %>.<% schema %>.country (
    country varchar not null comment 'Name in English',
    country_code varchar comment 'ISO 3166-1 alpha-2; states that are gone have none',
    films number(10, 0) not null,
    primary key (country)
);
