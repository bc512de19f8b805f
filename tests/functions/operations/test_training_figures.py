"""Figures of a training as SageMaker keeps them, and polls while it is busy."""

from functions.names import work_name

TABLES = ["ratings", "recommendations"]
METRICS = {"rmse": 0.93, "mae": 0.73, "users": 943, "items": 1682}


def job_of() -> str:
    return work_name("snowreel-test", "batch-1")


def test_figures_survive_32_bits(api, aws):
    """SageMaker would give 0.9300000071525574 and 25000096 back."""
    api.post("/train", [[0, *TABLES]])
    large = {"ratings": 95, "ratings_millions": 25, "rows": 7, "rows_millions": 1}
    aws.complete(job_of(), **(METRICS | large))
    value = api.get("/train").value
    assert value["metrics"] == {"rmse": 0.93, "mae": 0.73, "ratings": 25_000_095, "items": 1682}
    assert value["rows"] == 1_000_007


def test_a_poll_of_a_busy_sagemaker_is_asked_again(api, aws):
    """Snowflake ends the query where a poll is answered with an error."""
    api.post("/train", [[0, *TABLES]])
    for _ in range(2):
        aws.fail("DescribeTrainingJob", "ThrottlingException", "Rate exceeded")
    assert (api.get("/train").status, api.get("/train").status) == (202, 202)
    aws.complete(job_of(), **METRICS)
    assert api.get("/train").value["status"] == "Completed"
