"""Evaluations: a job of the batch's own, its figures, its refusals."""

import pytest
from deployed_models import address, deploy
from sagemaker_double import PREFIX

from functions.names import evaluation_name

JOB = evaluation_name(PREFIX, "batch-1")
FIGURES = {
    "rmse": 0.95,
    "mae": 0.75,
    "ndcg_at_10": 0.21,
    "recall_at_10": 0.1,
    "coverage": 0.2,
    "popularity": 200.5,
    "popular_ndcg_at_10": 0.13,
    "popular_recall_at_10": 0.05,
    "popular_popularity": 430.0,
}
COUNTS = {
    "ratings": 234_567,
    "seen_ratings": 12,
    "users": 310,
    "known_users": 297,
    "evaluated_users": 310,
    "items": 905,
    "known_items": 898,
}


@pytest.fixture
def served(api, aws):
    job = aws.trained("a")
    deploy(api, aws, job, "deployment")
    return job


def ask(api, table="last_week", batch="batch-1"):
    return api.post("/evaluate", [[3, "films", table]], batch=batch)


def test_an_evaluation_is_a_job_that_is_given_the_model(api, aws, served):
    assert ask(api).status == 202
    job = aws.resources["training-job"][JOB]
    assert job["HyperParameters"] == {"evaluated_table": "SNOWREEL.MARTS.LAST_WEEK"}
    (channel,) = job["InputDataConfig"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == address(served)
    assert api.get("/evaluate").status == 202
    aws.complete(JOB, ratings_millions=1, **FIGURES, **COUNTS)
    expected = {
        "status": "Completed",
        "model_name": "films",
        "training_job": served,
        "evaluation_job": JOB,
        "metrics": FIGURES,
        "data": COUNTS | {"ratings": 1_234_567},
        "cost": {
            "instance_type": "ml.m5.large",
            "instances": 1,
            "seconds": 90,
            "dollars": 0.0029,
            "prices_of": "2026-11-30",
        },
    }
    assert api.get("/evaluate").body == {"data": [[3, expected]]}
    assert ask(api).body == {"data": [[3, expected]]}
    assert [*aws.resources["training-job"]] == [served, JOB]


def test_an_evaluation_is_never_deployed(api, aws, served):
    ask(api)
    aws.complete(JOB, **FIGURES, **COUNTS)
    for path in ("/deploy", "/promote"):
        error = api.post(path, [[0, "films", JOB]], batch="other").value["error"]
        assert error["code"] == "ArtifactRefused"
    assert api.post("/training-status", [[0, JOB]]).value["error"]["code"] == "UnknownTrainingJob"


def test_the_same_batch_with_another_table_is_refused(api, aws, served):
    ask(api)
    assert ask(api, "other").value["error"]["code"] == "BatchIdReused"


def test_a_failed_evaluation_says_why(api, aws, served):
    ask(api)
    aws.resources["training-job"][JOB] |= {
        "TrainingJobStatus": "Failed",
        "FailureReason": "AlgorithmError: The input table does not exist., exit code: 1",
    }
    error = api.get("/evaluate").value["error"]
    assert error == {
        "code": "EvaluationFailed",
        "message": "films was not evaluated: The input table does not exist.",
    }


def test_a_model_that_is_not_deployed_is_named(api, aws):
    error = ask(api).value["error"]
    assert (error["code"], "'films'" in error["message"]) == ("UnknownModel", True)
    assert not aws.names("training-job")


@pytest.mark.parametrize(
    ("table", "code"),
    [(None, "InvalidTableName"), ("a.b.c.d", "InvalidTableName"), ("x.y.z", "TableRefused")],
)
def test_a_table_that_may_not_be_read_is_refused(api, aws, served, table, code):
    assert ask(api, table).value["error"]["code"] == code
    assert JOB not in aws.names("training-job")


def test_a_batch_that_began_nothing_is_unknown(api, aws, served):
    assert api.get("/evaluate", batch="nothing").status == 404


def test_a_used_up_quota_is_named(api, aws, served):
    aws.fail(
        "CreateTrainingJob",
        "ResourceLimitExceeded",
        "The account-level service limit 'ml.m5.large for training job usage' is 1 Instances",
    )
    assert ask(api).value["error"]["code"] == "QuotaExceeded"
