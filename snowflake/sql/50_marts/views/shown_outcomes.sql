-- one row per viewer, film, shelf and model that chose it: when it was first shown, and what came
-- of it within seven days. A film that is shown every day counts once, or else who rates it once
-- would have refused it six times. A film under two ids is one.
create or replace view <% database %>.<% schema %>.shown_outcomes (
    viewer_id comment 'Whom: the user id of the viewer''s ratings',
    film_id comment 'The id that is kept, of a film under two',
    shelf comment 'Which list',
    model_name comment 'The model that chose it; empty: no deployed model did',
    training_job comment 'Whose model it was, where that is known',
    rank comment 'Place on the shelf when it was first shown',
    shown_at comment 'When it was first shown, UTC',
    exposures comment 'How often it was shown, once in half an hour',
    is_over comment 'Seven days have passed: nothing more comes of it',
    is_clicked comment 'Opened or rated on this shelf within seven days',
    is_dismissed comment 'Dismissed on this shelf within seven days',
    is_rated comment 'Rated within seven days, wherever; of several ratings the newest counts'
)
as
with

shown as (
    select * from <% database %>.<% schema %>.shown
),

clicked as (
    select * from <% database %>.<% schema %>.clicked
),

all_ratings as (
    select * from <% database %>.<% schema %>.all_ratings
),

film_twins as (
    select * from <% database %>.<% schema %>.film_twins
),

-- the same input once more; a step that is read twice may be kept in memory
twins_of_clicked as (
    select * from <% database %>.<% schema %>.film_twins
),

exposures as (
    select
        shown.viewer_id,
        coalesce(film_twins.kept_film_id, shown.film_id) as film_id,
        shown.shelf,
        shown.model_name,
        shown.training_job,
        shown.rank,
        shown.shown_at
    from shown
    left join film_twins
        on shown.film_id = film_twins.film_id
),

first_shown as (
    select
        *,
        count(*) over (
            partition by viewer_id, film_id, shelf, model_name, training_job
        ) as exposures
    from exposures
    qualify
        row_number() over (
            partition by viewer_id, film_id, shelf, model_name, training_job
            order by shown_at, rank
        ) = 1
),

clicks as (
    select
        clicked.viewer_id,
        coalesce(twins_of_clicked.kept_film_id, clicked.film_id) as film_id,
        clicked.shelf,
        clicked.action,
        clicked.clicked_at
    from clicked
    left join twins_of_clicked
        on clicked.film_id = twins_of_clicked.film_id
),

followed as (
    select
        first_shown.viewer_id,
        first_shown.film_id,
        first_shown.shelf,
        first_shown.model_name,
        first_shown.training_job,
        first_shown.rank,
        first_shown.shown_at,
        first_shown.exposures,
        count_if(clicks.action in ('opened', 'rated')) > 0 as is_clicked,
        count_if(clicks.action = 'dismissed') > 0 as is_dismissed
    from first_shown
    left join clicks
        on
            first_shown.viewer_id = clicks.viewer_id
            and first_shown.film_id = clicks.film_id
            and first_shown.shelf = clicks.shelf
            and first_shown.shown_at <= clicks.clicked_at
            and dateadd(day, 7, first_shown.shown_at) > clicks.clicked_at
    group by
        first_shown.viewer_id,
        first_shown.film_id,
        first_shown.shelf,
        first_shown.model_name,
        first_shown.training_job,
        first_shown.rank,
        first_shown.shown_at,
        first_shown.exposures
)

select
    followed.viewer_id,
    followed.film_id,
    followed.shelf,
    followed.model_name,
    followed.training_job,
    followed.rank,
    followed.shown_at,
    followed.exposures,
    dateadd(day, 7, followed.shown_at) <= sysdate() as is_over,
    followed.is_clicked,
    followed.is_dismissed,
    all_ratings.rated_at is not null as is_rated
from followed
left join all_ratings
    on
        followed.viewer_id = all_ratings.user_id
        and followed.film_id = all_ratings.film_id
        and followed.shown_at <= all_ratings.rated_at
        and dateadd(day, 7, followed.shown_at) > all_ratings.rated_at;
