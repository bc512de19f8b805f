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
