-- one row per data set's newest load and rule that was applied
create or replace view <% database %>.<% schema %>.data_quality_rules as
with

newest as (
    select
        load_id,
        dataset
    from <% database %>.raw.loads
    qualify row_number() over (partition by dataset order by loaded_at desc, load_id asc) = 1
)

select
    newest.dataset,
    rules.rule,
    rules.outcome,
    rules.sentence,
    rules.rows_affected
from newest
inner join <% database %>.raw.load_rules as rules
    on newest.load_id = rules.load_id;
