-- How much better one model is than another on the same shelf, each pair once.
select
    shelf as comparison,
    shelf,
    measure,
    coalesce(model_name, '') || ' ' || coalesce(right(training_job, 6), '') as model,
    coalesce(other_model_name, '') || ' ' || coalesce(right(other_training_job, 6), '')
        as other_model,
    shown,
    other_shown,
    rate,
    other_rate,
    difference,
    difference_low,
    difference_high,
    is_certain
from model_differences
where
    coalesce(model_name, '') || ' ' || coalesce(training_job, '')
    > coalesce(other_model_name, '') || ' ' || coalesce(other_training_job, '')
order by shelf, measure, model, other_model, shown, other_shown
