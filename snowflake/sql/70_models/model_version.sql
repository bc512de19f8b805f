-- one row per version of a deployed model, asked of the model registry at each query
create or replace view <% database %>.<% schema %>.model_version as
with

deployed as (
    select <% database %>.<% schema %>.list_models() as answer
),

models as (
    select each_model.value:model_name::varchar as model_name
    from deployed
    cross join lateral flatten(input => deployed.answer) as each_model
),

registered as (
    select
        model_name,
        <% database %>.<% schema %>.model_versions(model_name) as answer
    from models
)

select
    registered.model_name,
    each_version.value:version::integer as version_number,
    each_version.value:training_job::varchar as training_job,
    each_version.value:state::varchar as state,
    each_version.value:share::float as challenger_share,
    each_version.value:approval::varchar as approval,
    each_version.value:verdict::varchar as verdict,
    each_version.value:forced::boolean as forced,
    each_version.value:metrics:rmse::float as rmse,
    each_version.value:metrics:ndcg_at_10::float as ndcg_at_10,
    each_version.value:metrics:popular_ndcg_at_10::float as popular_ndcg_at_10,
    each_version.value:metrics:ratings::integer as ratings,
    each_version.value:gate as gate,
    each_version.value:created_at::timestamp_ntz as created_at
from registered
cross join lateral flatten(input => registered.answer) as each_version
where each_version.value:version is not null;
