"""Trainings: names, retries, waiting, answers and refusals, against SageMaker in memory."""

import time
from collections.abc import Callable

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.names import work_name

TABLES = ["ratings", "recommendations"]
PREFIX = "snowreel-test"
BUCKET = "snowreel-test-artifacts"
FREE = {
    "instance_type": "ml.m5.large",
    "instances": 1,
    "seconds": 0,
    "dollars": 0.0,
    "prices_of": "2026-11-30",
}
METRICS = {"rmse": 0.93, "mae": 0.73, "users": 943, "items": 1682, "ratings": 100000, "rows": 9430}


def job_of(batch: str = "batch-1") -> str:
    return work_name(PREFIX, batch)


def test_training_is_started_waited_for_and_answered(api, aws):
    first = api.post("/train", [[3, *TABLES]])
    assert (first.status, first.body) == (202, {"status": "InProgress"})
    assert api.get("/train").status == 202
    aws.complete(job_of(), **METRICS, duplicates=0)
    done = api.get("/train")
    assert done.status == 200
    assert done.body["data"] == [
        [
            3,
            {
                "status": "Completed",
                "training_job": job_of(),
                "model_artifact": f"s3://{BUCKET}/training/{job_of()}/output/model.tar.gz",
                "metrics": {"rmse": 0.93, "mae": 0.73, "ratings": 100000, "items": 1682},
                "users": 943,
                "rows": 9430,
                "cost": FREE | {"seconds": 90, "dollars": 0.0029},
            },
        ]
    ]
    assert aws.calls.count("CreateTrainingJob") == 1


def test_job_carries_what_the_container_and_the_retry_need(api, aws):
    api.post("/start-training", [[0, *TABLES, {"n_factors": 50, "lr_all": 0.01}]])
    job = aws.only("training-job")
    assert job["HyperParameters"] == {
        "input_table": "SNOWREEL.MARTS.RATINGS",
        "output_table": "SNOWREEL.MARTS.RECOMMENDATIONS",
        "n_factors": "50",
        "lr_all": "0.01",
        "artifact_uri": f"s3://{BUCKET}/training/{job_of()}/output/model.tar.gz",
        "item_features_table": "SNOWREEL.MARTS.ITEM_FEATURES",
        "user_features_table": "SNOWREEL.MARTS.USER_FEATURES",
        "run_table": "SNOWREEL.MARTS.MODEL_RUN",
    }
    assert set(job["Environment"]) == {"SNOWREEL_SNOWFLAKE_CONNECTION"}
    assert job["OutputDataConfig"] == {"S3OutputPath": f"s3://{BUCKET}/training"}
    assert {"Name": "rmse", "Regex": "metric rmse=([-+0-9.eE]+)"} in job["AlgorithmSpecification"][
        "MetricDefinitions"
    ]
    assert set(aws.tags[job["TrainingJobArn"]]) == {"snowreel:arguments", "snowreel:row"}


def test_retry_finds_the_work_done(api, aws):
    api.post("/train", [[0, *TABLES]])
    assert api.post("/train", [[0, *TABLES]]).status == 202
    aws.complete(job_of(), **METRICS)
    assert api.post("/train", [[0, *TABLES]]).value["status"] == "Completed"
    assert aws.names("training-job") == {job_of()}


def test_lost_answer_of_the_creation_does_not_start_a_second_job(api, aws):
    aws.late_faults["CreateTrainingJob"] = [ReadTimeoutError(endpoint_url="x")]
    assert api.post("/train", [[0, *TABLES]]).status == 202
    assert aws.names("training-job") == {job_of()}


def test_same_batch_id_with_other_arguments_is_refused(api, aws):
    api.post("/train", [[0, *TABLES]])
    reply = api.post("/train", [[0, "other", "recommendations"]])
    assert reply.status == 200
    assert reply.value["error"]["code"] == "BatchIdReused"
    assert aws.only("training-job")["HyperParameters"]["input_table"].endswith(".RATINGS")


def test_start_training_answers_at_once(api, aws):
    reply = api.post("/start-training", [[0, *TABLES, None]])
    assert reply.value == {"status": "InProgress", "training_job": job_of(), "cost": FREE}
    aws.complete(job_of(), **METRICS)
    assert api.post("/start-training", [[0, *TABLES, None]]).value["status"] == "Completed"


def test_nine_minutes_after_the_creation_the_query_is_answered(api, aws):
    api.post("/train", [[0, *TABLES]])
    aws.only("training-job")["CreationTime"] = time.time() - 539
    assert api.get("/train").status == 202
    aws.only("training-job")["CreationTime"] = time.time() - 541
    unfinished = {"status": "InProgress", "training_job": job_of(), "cost": FREE}
    assert api.get("/train").value == unfinished


@pytest.mark.parametrize(
    ("state", "code", "message"),
    [
        (
            {
                "TrainingJobStatus": "Failed",
                "FailureReason": "AlgorithmError: The table RATINGS has no rows., exit code: 1",
            },
            "TrainingFailed",
            "The table RATINGS has no rows.",
        ),
        (
            {"TrainingJobStatus": "Failed", "FailureReason": "InternalServerError: try again"},
            "TrainingFailed",
            "InternalServerError: try again",
        ),
        (
            {"TrainingJobStatus": "Stopped", "SecondaryStatus": "Stopped"},
            "TrainingStopped",
            f"The training job {job_of()} was stopped.",
        ),
        (
            {"TrainingJobStatus": "Stopped", "SecondaryStatus": "MaxRuntimeExceeded"},
            "TrainingStopped",
            f"The training job {job_of()} ran longer than it may and was stopped.",
        ),
    ],
)
def test_a_failed_training_answers_its_own_reason(api, aws, state, code, message):
    api.post("/train", [[4, *TABLES]])
    aws.only("training-job").update(state)
    expected = {"error": {"code": code, "message": message}}
    assert api.get("/train").body == {"data": [[4, expected]]}
    assert api.post("/training-status", [[9, job_of()]]).body == {"data": [[9, expected]]}
    assert api.post("/train", [[4, *TABLES]]).value == expected


def test_duplicates_are_a_warning_in_the_answer(api, aws):
    api.post("/train", [[0, *TABLES]])
    aws.complete(job_of(), **METRICS, duplicates=12)
    (warning,) = api.get("/train").value["warnings"]
    assert warning.startswith("12 ratings repeat a user and item; of each pair the newest counted")
    assert warning.endswith(", of those of one time or of none the highest.")


def test_a_table_without_ratings_is_a_warning(api, aws):
    api.post("/train", [[0, *TABLES]])
    of_lists = {name: value for name, value in METRICS.items() if name not in {"rmse", "mae"}}
    aws.complete(job_of(), **of_lists, duplicates=12, warnings=0)
    answer = api.get("/train").value
    assert "rmse" not in answer["metrics"]
    (warning,) = answer["warnings"]
    assert warning.startswith("The input table has no column RATING or NOTE: its rows counted as")


def test_times_that_are_none_are_a_warning(api, aws):
    api.post("/train", [[0, *TABLES]])
    aws.complete(job_of(), **METRICS, duplicates=0, warnings=7)
    times, ranking = api.get("/train").value["warnings"]
    assert times.startswith("3 ratings have a time that is none (RATED_AT or TIMESTAMP), and")
    assert ranking.startswith("The ranking is als instead of ease")


def test_status_of_many_jobs(api, aws):
    api.post("/start-training", [[0, *TABLES, None]])
    rows = [[7, job_of()], [8, "someone-elses-job"], [9, None], [10, f"{PREFIX}-{'0' * 24}"]]
    values = api.post("/training-status", rows).values
    assert values[0] == {"status": "InProgress", "training_job": job_of(), "cost": FREE}
    assert [value["error"]["code"] for value in values[1:]] == ["UnknownTrainingJob"] * 3
    assert "someone-elses-job" in values[1]["error"]["message"]


@pytest.mark.parametrize(
    "options",
    [
        "n_factors",
        [1],
        {"factors": 5},
        {"n_factors": 0},
        {"n_factors": 1001},
        {"n_factors": 2.5},
        {"n_factors": True},
        {"n_factors": "ten"},
        {"n_factors": [5]},
        {"lr_all": 0},
        {"lr_all": "1e999"},
        {"seed": -1},
        {"folds": 1},
        {"input_table": "x"},
        {"artifact_uri": "s3://other/model.tar.gz"},
    ],
)
def test_refused_options_start_nothing(api, aws, options):
    reply = api.post("/start-training", [[0, *TABLES, options]])
    assert reply.value["error"]["code"] == "InvalidOptions"
    assert aws.calls == []


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (("ThrottlingException", "Rate exceeded"), 429, "Busy"),
        (("AccessDeniedException", "no"), 500, "InternalError"),
    ],
)
def test_faults_of_the_creation(api, aws, fault, status, code):
    aws.fail("CreateTrainingJob", *fault)
    aws.fail("CreateTrainingJob", *fault)
    reply = api.post("/train", [[0, *TABLES]])
    assert (reply.status, reply.code) == (status, code)
    assert aws.names("training-job") == set()
    aws.faults.clear()
    assert api.post("/train", [[0, *TABLES]]).status == 202


def test_a_used_up_quota_is_refused(api, aws):
    aws.fail("CreateTrainingJob", "ResourceLimitExceeded", "The account-level service limit ...")
    assert api.post("/train", [[0, *TABLES]]).value["error"]["code"] == "QuotaExceeded"


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda api: api.get("/train"), 202),
        (lambda api: api.post("/train", [[0, *TABLES]]), 429),
    ],
)
def test_fault_while_waiting_is_retried(api, aws, ask: Callable, status: int):
    api.post("/train", [[0, *TABLES]])
    aws.complete(job_of(), **METRICS)
    for _ in range(2):
        aws.fail("DescribeTrainingJob", "InternalFailure", "", 500)
    assert ask(api).status == status
    assert ask(api).value["status"] == "Completed"
