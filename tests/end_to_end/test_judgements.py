"""Judgements on the running stack: two trainings, ratings in between, a worse candidate."""

import json
import random
import time
from typing import Any

import boto3
import pytest

from functions import judgement, settings, training
from functions.judgement import Judgements
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.resources import TrainingJob
from local.supervisor import RunningStack

pytestmark = pytest.mark.thorough

MODEL = "compared-model"
TABLE = "growing_tastes"
DEADLINE_SECONDS = 240
_RANDOM = random.Random(0)
#: Two groups of users, each of which sees and likes the items of its own parity, and few others.
RATED = [
    (user, item)
    for user in range(60)
    for item in range(40)
    if _RANDOM.random() < (0.8 if user % 2 == item % 2 else 0.1)
]
NEW = [pair for pair in RATED if _RANDOM.random() < 0.3]
OLD = [pair for pair in RATED if pair not in NEW]


def insert(keeper: Any, pairs: list[tuple[int, int]], hours: str) -> None:
    """Ratings whose times are an expression of hours from now."""
    rows = ", ".join(
        f"('u{user}', 'i{item}', {(4 if user % 2 == item % 2 else 1) + 0.5 * (user % 3)},"
        f" dateadd(hour, {hours.format(number=user + item)}, sysdate()))"
        for user, item in pairs
    )
    keeper.rows(f"insert into {TABLE} select * from values {rows}")


@pytest.fixture(scope="module")
def judgements(stack: RunningStack | None) -> Judgements:
    """Judgements as the function `train` begins them, with its settings and its role."""
    if stack is None:
        pytest.skip("nothing in SQL begins a judgement")
    key = stack.stack.credentials["train"]
    client = boto3.client(
        "sagemaker",
        region_name="us-east-1",
        endpoint_url=stack.stack.sagemaker_endpoint_url,
        aws_access_key_id=key.aws_access_key_id,
        aws_secret_access_key=key.aws_secret_access_key,
    )

    def call(operation: str, /, **parameters: Any) -> Any:
        return getattr(client, operation)(**parameters)

    environment = stack.stack.lambda_environment("train")
    return Judgements(ControlPlane(call), settings.read(settings.TrainSettings, environment))


@pytest.fixture
def champion(analyst: Any, keeper: Any, judgements: Judgements) -> str:
    """A model of the old ratings that serves; new ones came after its training."""
    keeper.rows(
        f"create or replace table {TABLE}"
        " (user_id varchar, item_id varchar, rating float, rated_at timestamp_ntz)"
    )
    insert(keeper, OLD, "-1 - {number}")
    answer = analyst.train(TABLE, "growing_recommendations")
    assert answer["status"] == "Completed", answer
    assert analyst.deploy(MODEL, answer["training_job"])["status"] == "InService"
    insert(keeper, NEW, "1 + {number}")
    return str(answer["training_job"])


def trained(analyst: Any, options: str) -> str:
    """Name of a finished training on all of the ratings."""
    answer = analyst.answer(
        f"select start_training('{TABLE}', 'growing_recommendations', {options})"
    )
    deadline = time.monotonic() + DEADLINE_SECONDS
    while answer["status"] != "Completed":
        assert time.monotonic() < deadline, answer
        time.sleep(0.3)
        answer = analyst.answer("select training_status(%s)", answer["training_job"])
    return str(answer["training_job"])


def finished(judgements: Judgements, candidate: str, champion: str) -> TrainingJob:
    """The judgement of a pair, begun and waited for."""
    jobs = [training.find(judgements.sagemaker, name) for name in (candidate, champion)]
    job = judgements.begin(*jobs)
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not training.is_finished(job):
        assert time.monotonic() < deadline, job
        time.sleep(0.3)
        found = judgements.find(candidate, champion)
        assert found is not None
        job = found
    assert job.status == "Completed", job
    return job


def test_what_is_worse_on_newer_ratings_is_refused_and_what_is_as_good_is_promoted(
    analyst: Any, judgements: Judgements, champion: str
) -> None:
    worse = trained(analyst, "object_construct('ranking', 'popularity')")
    job = finished(judgements, worse, champion)
    figures = judgement.figures(job)
    assert figures is not None
    assert (figures["new_ratings"], figures["old_ratings"]) == (len(NEW), len(OLD))
    assert figures["users"] == figures["evaluated_users"] == 60
    assert figures["ndcg_at_10"] < figures["champion_ndcg_at_10"]
    assert figures["ndcg_difference_high"] < 0
    assert figures["rmse"] == figures["champion_rmse"]
    assert figures["smoke_failures"] == 0

    refused = analyst.answer(f"select promote_model('{MODEL}', %s)", worse)
    assert (refused["status"], refused["judgement_job"]) == ("Refused", job.name), refused
    rules = {rule["rule"]: rule for rule in refused["gate"]}
    assert not rules["ranking"]["passed"]
    assert rules["ranking"]["ratings"] == "new"
    assert rules["ranking"]["difference"]["high"] == figures["ndcg_difference_high"]
    assert "on new ratings" in refused["reason"]

    analyst.rows("use role snowreel_analyst")
    analyst.rows("use secondary roles none")
    ((written, count),) = analyst.rows(
        "select judgement:champion::varchar, judgement:new_ratings::integer from model_run"
        " where training_job = %s",
        worse,
    )
    assert (written, count) == (champion, len(NEW))
    analyst.rows("use role snowreel_operator")

    good = trained(analyst, "object_construct()")
    as_good = judgement.figures(finished(judgements, good, champion))
    assert as_good is not None
    # unchanged options on an unchanged past: the champion once more
    assert as_good["ndcg_at_10"] == as_good["champion_ndcg_at_10"]
    promoted = analyst.answer(f"select promote_model('{MODEL}', %s)", good)
    assert promoted["status"] == "InService", promoted
    assert all(rule["passed"] for rule in promoted["gate"])
    versions = analyst.answer(f"select model_versions('{MODEL}')")
    assert json.dumps(versions[0]["gate"], sort_keys=True).count('"new"') == 4
    analyst.answer(f"select undeploy_model('{MODEL}')")
