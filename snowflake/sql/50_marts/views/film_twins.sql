-- one row per film that the catalogue has under another id, too: the same film twice; kept is the
-- lowest id of MovieLens, where the film has one
create or replace view <% database %>.<% schema %>.film_twins as
with

movielens_twins as (
    select * from <% database %>.staging.stg_movielens__twins
),

tmdb_twins as (
    select * from <% database %>.staging.stg_tmdb__twins
),

-- only looked at for whether there are any; the links are of the same films
movielens_films as (
    select * from <% database %>.staging.stg_movielens__films
),

film as (
    select * from <% database %>.<% schema %>.film
),

-- the same input once more; a step that is read twice may be kept in memory
films_of_imdb as (
    select * from <% database %>.<% schema %>.film
),

imdb_twins as (
    select
        film_id,
        first_value(film_id) over (
            partition by imdb_id
            order by try_to_number(film_id) asc nulls last, film_id asc
        ) as kept_film_id
    from films_of_imdb
    where imdb_id is not null
),

stated as (
    select
        film_id,
        kept_film_id,
        1 as source_order
    from movielens_twins
    union all
    select
        film_id,
        kept_film_id,
        2 as source_order
    from tmdb_twins
    where not exists (select 1 from movielens_films)
    union all
    select
        film_id,
        kept_film_id,
        3 as source_order
    from imdb_twins
    where film_id <> kept_film_id
),

twins as (
    select
        film_id,
        kept_film_id
    from stated
    qualify row_number() over (partition by film_id order by source_order asc) = 1
),

-- an id that is kept by one rule may be another's twin by the next
kept as (
    select
        twins.film_id,
        coalesce(further.kept_film_id, twins.kept_film_id) as kept_film_id
    from twins
    left join twins as further
        on twins.kept_film_id = further.film_id
)

select
    kept.film_id,
    kept.kept_film_id,
    film.title,
    film.release_year
from kept
inner join film
    on kept.kept_film_id = film.film_id;
