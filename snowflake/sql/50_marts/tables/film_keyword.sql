-- one row per film and keyword
create table if not exists <% database %>.<% schema %>.film_keyword (
    film_id varchar not null,
    keyword varchar not null,
    position number(4, 0) not null,
    primary key (film_id, keyword),
    foreign key (film_id) references <% database %>.<% schema %>.film (film_id),
    foreign key (keyword) references <% database %>.<% schema %>.keyword (keyword)
);
