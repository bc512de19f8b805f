-- one row per shelf, measure and ordered pair of models on it: how much better the one is than the
-- other, with Newcombe's hybrid score interval (95 %), the tenth of his eleven methods, for two
-- independent proportions. Of pairs of viewer and film whose seven days are over.
-- https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I
create or replace view <% database %>.<% schema %>.model_differences (
    shelf comment 'Which list',
    measure comment 'click_through: opened or rated on the shelf. rating_through: rated, wherever',
    model_name comment 'The one model; empty: the lists of a training, without a deployed model',
    training_job comment 'Its training',
    other_model_name comment 'The other model',
    other_training_job comment 'Its training',
    shown comment 'Pairs of viewer and film of the one',
    other_shown comment 'Pairs of viewer and film of the other',
    rate comment 'Share of the one''s that were clicked or rated within seven days',
    other_rate comment 'The same of the other',
    difference comment 'rate - other_rate',
    difference_low comment 'Lower end of the difference''s 95 % interval',
    difference_high comment 'Upper end of the difference''s 95 % interval',
    is_certain comment 'The interval leaves out 0: the one is better, or worse'
)
as
with

shown_outcomes as (
    select * from <% database %>.<% schema %>.shown_outcomes
),

counted as (
    select
        shelf,
        model_name,
        training_job,
        count(*)::float as pairs,
        count_if(is_clicked)::float as clicks,
        count_if(is_rated)::float as ratings,
        1.959963984540054 as z
    from shown_outcomes
    where is_over
    group by shelf, model_name, training_job
),

measured as (
    select
        shelf,
        'click_through' as measure,
        model_name,
        training_job,
        pairs,
        clicks as followed,
        z
    from counted
    union all
    select
        shelf,
        'rating_through' as measure,
        model_name,
        training_job,
        pairs,
        ratings as followed,
        z
    from counted
),

bounded as (
    select
        *,
        followed / pairs as rate,
        (followed + z * z / 2) / (pairs + z * z) as centre,
        z / (pairs + z * z) * sqrt(followed * (pairs - followed) / pairs + z * z / 4) as half
    from measured
),

paired as (
    select
        this_model.shelf,
        this_model.measure,
        this_model.model_name,
        this_model.training_job,
        other_model.model_name as other_model_name,
        other_model.training_job as other_training_job,
        this_model.pairs,
        other_model.pairs as other_pairs,
        this_model.rate,
        other_model.rate as other_rate,
        this_model.rate - other_model.rate as difference,
        this_model.centre - this_model.half as rate_low,
        this_model.centre + this_model.half as rate_high,
        other_model.centre - other_model.half as other_rate_low,
        other_model.centre + other_model.half as other_rate_high
    from bounded as this_model
    inner join bounded as other_model
        on
            this_model.shelf = other_model.shelf
            and this_model.measure = other_model.measure
            and not (
                equal_null(this_model.model_name, other_model.model_name)
                and equal_null(this_model.training_job, other_model.training_job)
            )
),

distances as (
    select
        *,
        sqrt(square(rate - rate_low) + square(other_rate_high - other_rate)) as below,
        sqrt(square(rate_high - rate) + square(other_rate - other_rate_low)) as above
    from paired
)

select
    shelf,
    measure,
    model_name,
    training_job,
    other_model_name,
    other_training_job,
    pairs::number as shown,
    other_pairs::number as other_shown,
    rate,
    other_rate,
    difference,
    difference - below as difference_low,
    difference + above as difference_high,
    difference > below or difference < -above as is_certain
from distances;
