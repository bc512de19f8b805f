-- The rules of the gate for the three newest versions of each model that were asked to pass it.
select
    model_version.model_name,
    model_version.version_number,
    each_rule.value:rule::varchar as rule,
    each_rule.value:figure::float as figure,
    each_rule.value:bound::varchar as bound,
    each_rule.value:limit::float as rule_limit,
    each_rule.value:passed::boolean as is_passed
from model_version
cross join lateral flatten(input => model_version.gate) as each_rule
qualify
    dense_rank() over (
        partition by model_version.model_name
        order by model_version.version_number desc
    ) <= 3
order by model_version.model_name, model_version.version_number desc, rule
