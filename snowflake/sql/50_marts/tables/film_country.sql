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
