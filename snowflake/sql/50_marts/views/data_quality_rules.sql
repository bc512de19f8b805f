-- one row per data set's newest load and rule that was applied
create or replace view <% database %>.<% schema %>.data_quality_rules as
with

loads as (
    select * from <% database %>.raw.loads
),

rules as (
    select * from <% database %>.raw.load_rules
),

newest as (
    select
        load_id,
        dataset
    from loads
    qualify row_number() over (partition by dataset order by loaded_at desc, load_id asc) = 1
)

select
    newest.dataset,
    rules.rule,
    rules.outcome,
    rules.sentence,
    rules.rows_affected
from newest
inner join rules
    on newest.load_id = rules.load_id;
