-- one row per subject of drift: when a day differs too much from the days before
create or replace view <% database %>.<% schema %>.drift_rules (
    subject comment 'What is compared',
    counts comment 'What is counted: of so many the figure is the mean',
    least_difference comment 'A difference up to this much, of what measured_in says, is no drift',
    measured_in comment 'deviation: of the baseline. mean: of the baseline. one: as it stands',
    least_count comment 'With fewer a day is not compared',
    least_baseline_count comment 'With fewer before it, neither',
    step_days comment 'The baseline is of days in these steps: 7 for figures of whole weeks',
    counts_falls_only comment 'A rise is no drift'
)
as
select
    column1 as subject,
    column2 as counts,
    column3 as least_difference,
    column4 as measured_in,
    column5 as least_count,
    column6 as least_baseline_count,
    column7 as step_days,
    column8 as counts_falls_only
from
    values
    ('ratings', 'ratings', 0.25, 'deviation', 50, 50, 1, false),
    ('new_users', 'users who rated', 0.1, 'one', 20, 20, 1, false),
    ('new_films', 'films that were rated', 0.1, 'one', 20, 20, 1, false),
    ('popularity_of_shown', 'films that models have shown', 0.1, 'one', 50, 50, 1, false),
    ('unknown_viewers', 'viewers whom models have shown films', 0.1, 'one', 20, 20, 1, false),
    ('coverage_of_shown', 'days', 0.25, 'mean', 1, 7, 1, false),
    ('gini_of_shown', 'days', 0.1, 'one', 1, 7, 1, false),
    ('ndcg_of_shown', 'viewers with a list who rated', 0.25, 'mean', 20, 20, 7, true),
    ('ndcg_of_recommendations', 'users with a list who rated', 0.25, 'mean', 20, 20, 7, true);
