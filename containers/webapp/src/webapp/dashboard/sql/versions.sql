-- The versions of the deployed models, the newest first; what serves is asked of the API.
select
    model_name,
    version_number,
    state,
    verdict,
    approval,
    ndcg_at_10,
    popular_ndcg_at_10,
    rmse,
    ratings,
    created_at,
    training_job
from model_version
order by model_name, version_number desc
limit 50
