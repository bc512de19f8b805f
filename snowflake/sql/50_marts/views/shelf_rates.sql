-- one row per model, training, shelf and rank: the share of films shown that were clicked or rated
-- within seven days, of those whose seven days are over, with the Wilson score interval (95 %).
-- Films shown to one viewer are not independent of each other, so the truth is somewhat wider.
-- https://www.itl.nist.gov/div898/handbook/prc/section2/prc241.htm
create or replace view <% database %>.<% schema %>.shelf_rates (
    model_name comment 'The model that chose the films; empty: no deployed model did',
    training_job comment 'Whose model it was, where that is known',
    shelf comment 'Which list',
    rank comment 'Place on the shelf, 1 is the first',
    shown comment 'Pairs of viewer and film whose seven days are over',
    clicked comment 'Of these: opened or rated on the shelf',
    dismissed comment 'Of these: dismissed on the shelf',
    rated comment 'Of these: rated, wherever',
    click_through comment 'clicked / shown',
    click_through_low comment 'Lower end of its 95 % interval',
    click_through_high comment 'Upper end of its 95 % interval',
    rating_through comment 'rated / shown',
    rating_through_low comment 'Lower end of its 95 % interval',
    rating_through_high comment 'Upper end of its 95 % interval'
)
as
with

shown_outcomes as (
    select * from <% database %>.<% schema %>.shown_outcomes
),

counted as (
    select
        model_name,
        training_job,
        shelf,
        rank,
        count(*)::float as pairs,
        count_if(is_clicked)::float as clicks,
        count_if(is_dismissed) as dismissals,
        count_if(is_rated)::float as ratings,
        1.959963984540054 as z
    from shown_outcomes
    where is_over
    group by model_name, training_job, shelf, rank
),

bounded as (
    select
        *,
        (clicks + z * z / 2) / (pairs + z * z) as click_centre,
        (ratings + z * z / 2) / (pairs + z * z) as rating_centre,
        z / (pairs + z * z) * sqrt(clicks * (pairs - clicks) / pairs + z * z / 4) as click_half,
        z / (pairs + z * z) * sqrt(ratings * (pairs - ratings) / pairs + z * z / 4) as rating_half
    from counted
)

select
    model_name,
    training_job,
    shelf,
    rank,
    pairs::number as shown,
    clicks::number as clicked,
    dismissals as dismissed,
    ratings::number as rated,
    clicks / pairs as click_through,
    click_centre - click_half as click_through_low,
    click_centre + click_half as click_through_high,
    ratings / pairs as rating_through,
    rating_centre - rating_half as rating_through_low,
    rating_centre + rating_half as rating_through_high
from bounded;
