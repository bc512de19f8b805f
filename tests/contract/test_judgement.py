"""Judgements: the functions' order and the figures that they know, beside the program's."""

from datetime import UTC, datetime

import numpy as np
from recommender import judgement as program
from recommender.artifact.artifact import Artifact
from recommender.evaluation.judgement import Judgement
from recommender.evaluation.rating_shift import recorded_margin, shift
from sagemaker_double import PREFIX
from small_models import model_of, ratings

from functions import gate, judgement, settings
from functions.judgement import Judgements
from functions.names import judgement_name
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.resources import TrainingJob
from local.stack import Stack

CANDIDATE, CHAMPION = (f"{PREFIX}-{letter * 24}" for letter in "ab")
BEGAN_AT = datetime(2026, 3, 1, 2, 3, 4, tzinfo=UTC)
ORDER = {
    "input_table": "A.B.C",
    "output_table": "A.B.D",
    "artifact_uri": "s3://bucket/x",
    "run_table": "A.B.MODEL_RUN",
    "n_epochs": "7",
    "seed": "3",
    # of a training that was to end early without enough new ratings
    "least_new_ratings": "1000",
    "known_ratings": "5",
}


def job(name: str, **values) -> TrainingJob:
    return TrainingJob(
        name=name,
        arn="",
        status="Completed",
        secondary_status="",
        created_at=BEGAN_AT,
        artifact=None,
        failure_reason="",
        instance_type="",
        started_at=None,
        billed_seconds=None,
        **values,
    )


def request(tmp_path):
    sent = {}

    def call(operation, /, **parameters):
        if operation == "create_training_job":
            sent.update(parameters)
            return {}
        return {
            "TrainingJobName": judgement_name(PREFIX, CANDIDATE, CHAMPION),
            "TrainingJobArn": "arn",
            "TrainingJobStatus": "InProgress",
            "CreationTime": BEGAN_AT,
        }

    stack = Stack(tmp_path, 0, 0, 0, 0)
    known = settings.read(
        settings.TrainSettings, stack.lambda_environment("train") | {"SNOWREEL_PREFIX": PREFIX}
    )
    Judgements(ControlPlane(call), known).begin(
        job(CANDIDATE, hyperparameters=ORDER), job(CHAMPION)
    )
    return sent


def test_the_program_takes_the_order(tmp_path):
    order = request(tmp_path)["HyperParameters"]
    assert program.is_asked_for(order)
    assert not program.is_asked_for(ORDER)
    taken = program.JudgementRequest.parse(order)
    assert (taken.candidate_job, taken.champion_job) == (CANDIDATE, CHAMPION)
    assert (taken.began_at, taken.fewest_new_ratings) == (BEGAN_AT, 200)
    assert (taken.candidate.options.n_epochs, taken.candidate.options.seed) == (7, 3)
    assert str(taken.candidate.input_table) == "A.B.C"
    assert str(taken.drift_view) == "SNOWREEL.MARTS.DRIFT"


def test_the_channels_are_those_that_the_program_opens(tmp_path):
    channels = {channel["ChannelName"] for channel in request(tmp_path)["InputDataConfig"]}
    assert channels == {program._CHAMPION_CHANNEL, program._CANDIDATE_CHANNEL}


def figures_of_a_judgement() -> dict[str, float]:
    rows = [
        (f"u{user}", f"i{item}", float(1 + (user * item) % 5), float((user + item) % 9))
        for user in range(9)
        for item in range(9)
    ]
    table = ratings(rows)
    metrics = {"ndcg_at_10_margin": 0.1}

    def model(part) -> Artifact:
        return model_of(part.by_themselves(), metrics=metrics)

    cut = np.datetime64("1970-01-07T00:00:00")
    champion = model(table.select(table.times <= cut))
    made = Judgement(champion, table, cut)
    candidate = model(table)
    return {
        **made.counts(),
        **made.figures(model(made.old)),
        **shift(candidate, champion),
        **recorded_margin(candidate, champion),
        "smoke_failures": 0.0,
    }


def test_every_figure_is_kept_by_sagemaker_and_known_to_the_functions(tmp_path):
    told = figures_of_a_judgement()
    definitions = request(tmp_path)["AlgorithmSpecification"]["MetricDefinitions"]
    kept = {each["Name"] for each in definitions if not each["Name"].endswith("_millions")}
    told |= {"drifts": 0.0}  # the program asks Snowflake for these
    assert kept == told.keys()
    assert len(definitions) <= 40  # the most that SageMaker takes
    known = judgement.figures(job("x", metrics=told))
    assert known is not None
    assert known.keys() == told.keys()
    limits = settings.read(
        settings.DeploySettings, Stack(tmp_path, 0, 0, 0, 0).lambda_environment("deploy")
    )
    rules = gate.rules_for({}, {}, limits, known | {"new_ratings": 200})
    assert {rule.name for rule in rules} == {
        "better_than_most_popular",
        "better_than_recently_popular",
        "ranking",
        "estimates",
        "rating_scale",
        "smoke",
    }
    assert all(rule.figure is not None for rule in rules)
