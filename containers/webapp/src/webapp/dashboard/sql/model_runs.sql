-- The trainings and how good their models were on ratings held back from them, the newest first.
select
    finished_at,
    training_job,
    algorithm,
    ranking,
    ratings,
    rmse,
    mae,
    ndcg_at_10,
    popular_ndcg_at_10,
    recall_at_10,
    coverage
from model_run
order by finished_at desc, training_job
