-- one row per film, under one id: all that a training reads of it. Genres between bars, countries,
-- each by its name and its code, texts, people and words as arrays, and the other ids of the film,
-- whose ratings a training counts for this one. A view of your own may have any columns of text,
-- arrays and numbers beside item_id
create or replace view <% database %>.<% schema %>.item_features as
with

film_genre as (
    select * from <% database %>.<% schema %>.film_genre
),

film_country as (
    select * from <% database %>.<% schema %>.film_country
),

film_keyword as (
    select * from <% database %>.<% schema %>.film_keyword
),

credits as (
    select * from <% database %>.<% schema %>.credits
),

tags as (
    select * from <% database %>.<% schema %>.tags
),

film as (
    select * from <% database %>.<% schema %>.film
),

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
),

-- the same input once more; a step that is read twice may be kept in memory
twins_to_leave_out as (
    select * from <% database %>.<% schema %>.film_twins
),

genres as (
    select
        film_id,
        listagg(genre, '|') within group (order by position, genre) as genres
    from film_genre
    group by film_id
),

countries as (
    select
        film_id,
        listagg(
            coalesce(country || '|' || country_code, country), '|'
        ) within group (order by position, country) as countries
    from film_country
    group by film_id
),

keywords as (
    select
        film_id,
        array_agg(keyword) within group (order by position, keyword) as keywords
    from film_keyword
    where position <= 30
    group by film_id
),

-- a person once for each trade, at the first place
parts as (
    select
        film_id,
        person_id,
        case
            when job = 'Director' then 'director'
            when department = 'Writing' then 'writer'
            when department = 'Acting' then 'actor'
        end as trade,
        min(name) as name,
        min(position) as position
    from credits
    where job = 'Director' or department in ('Writing', 'Acting')
    group by film_id, person_id, trade
),

-- the first billed
first_parts as (
    select
        film_id,
        person_id,
        trade,
        name,
        position
    from parts
    qualify row_number() over (partition by film_id, trade order by position, person_id) <= 10
),

people as (
    select
        film_id,
        array_agg(case when trade = 'director' then name end)
        within group (order by position, person_id) as directors,
        array_agg(case when trade = 'writer' then name end)
        within group (order by position, person_id) as writers,
        array_agg(case when trade = 'actor' then name end)
        within group (order by position, person_id) as cast_members
    from first_parts
    group by film_id
),

tag_counts as (
    select
        film_id,
        lower(tag) as tag,
        count(distinct user_id) as user_count
    from tags
    group by film_id, lower(tag)
),

-- the most frequent
first_tags as (
    select
        film_id,
        tag,
        user_count
    from tag_counts
    qualify row_number() over (partition by film_id order by user_count desc, tag asc) <= 20
),

tag_lists as (
    select
        film_id,
        array_agg(tag) within group (order by user_count desc, tag asc) as user_tags
    from first_tags
    group by film_id
),

other_ids as (
    select
        kept_film_id,
        listagg(film_id, '|') within group (order by film_id) as other_ids
    from film_twins
    group by kept_film_id
)

select
    film.film_id as item_id,
    genres.genres,
    countries.countries,
    film.release_year,
    film.title,
    film.overview,
    film.original_language,
    film.collection,
    keywords.keywords,
    people.directors,
    people.writers,
    people.cast_members,
    tag_lists.user_tags,
    other_ids.other_ids
from film
left join genres
    on film.film_id = genres.film_id
left join countries
    on film.film_id = countries.film_id
left join keywords
    on film.film_id = keywords.film_id
left join people
    on film.film_id = people.film_id
left join tag_lists
    on film.film_id = tag_lists.film_id
left join other_ids
    on film.film_id = other_ids.kept_film_id
where not exists (
    select 1
    from twins_to_leave_out
    where twins_to_leave_out.film_id = film.film_id
);
