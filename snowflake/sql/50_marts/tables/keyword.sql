-- one row per keyword
create table if not exists <% database %>.<% schema %>.keyword (
    keyword varchar not null,
    films number(10, 0) not null,
    primary key (keyword)
);
