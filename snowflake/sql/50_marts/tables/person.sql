-- one row per person who made films
create table if not exists <% database %>.<% schema %>.person (
    person_id varchar not null,
    name varchar not null,
    gender varchar,
    films number(10, 0) not null,
    primary key (person_id)
);
