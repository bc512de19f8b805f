"""Cost so far: machines, seconds, list prices with their date."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from deployed_models import ENDPOINT, deploy

from functions import settings
from functions.cost import cost_of, of_job
from functions.sagemaker.resources import TrainingJob

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
JOB = TrainingJob(
    name="job",
    arn="arn",
    status="InProgress",
    secondary_status="Training",
    created_at=LONG_AGO,
    artifact=None,
    failure_reason="",
    instance_type="ml.m5.large",
    started_at=None,
    billed_seconds=None,
)


def test_an_hour_costs_the_price_of_an_hour():
    assert cost_of("ml.m5.large", 3600)["dollars"] == 0.115
    assert cost_of("ml.m5.4xlarge", 1800, 3)["dollars"] == pytest.approx(3 * 0.922 / 2)


def test_a_machine_without_a_price_has_its_time():
    cost = cost_of("ml.x99.large", 60)
    assert (cost["seconds"], cost["dollars"]) == (60, None)


def test_a_job_costs_nothing_until_its_program_starts():
    assert of_job(JOB)["seconds"] == 0


def test_a_running_job_costs_what_it_has_run():
    cost = of_job(replace(JOB, started_at=datetime.now(UTC) - timedelta(seconds=100)))
    assert 100 <= cost["seconds"] < 160


def test_a_job_that_has_ended_costs_what_was_billed():
    job = replace(JOB, started_at=LONG_AGO, billed_seconds=1800)
    assert of_job(job)["dollars"] == 0.0575


def test_models_on_machines_cost_their_time_and_serverless_ones_none(api, aws, monkeypatch):
    deploy(api, aws, aws.trained("a"))
    (model,) = api.post("/models", [[0]]).value
    assert "cost" not in model
    monkeypatch.setenv("SNOWREEL_INFERENCE_INSTANCE_TYPE", "ml.c5.xlarge")
    settings.deploy_settings.cache_clear()
    deploy(api, aws, aws.trained("b"), "second")
    aws.resources["endpoint"][ENDPOINT]["LastModifiedTime"] = time.time() - 7200
    (model,) = api.post("/models", [[0]]).value
    assert model["cost"]["instance_type"] == "ml.c5.xlarge"
    assert model["cost"]["dollars"] == pytest.approx(0.408, abs=0.01)
