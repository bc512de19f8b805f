"""Judgements: one job for a pair of trainings, the gate's figures where it has finished."""

from datetime import UTC, datetime

import pytest
from compared_models import COMPARED, COUNTS
from deployed_models import ENDPOINT, address, deploy
from sagemaker_double import PREFIX

from functions import judgement, settings
from functions.deadline import Deadline
from functions.errors import RefusedError
from functions.judgement import Judgements
from functions.names import judgement_name
from functions.sagemaker.client import BoundedCalls
from functions.sagemaker.control_plane import ControlPlane

FIGURES = {"ndcg_at_10": 0.45, "popular_ndcg_at_10": 0.26, "ratings": 1000, "users": 50}
ORDER = {
    "input_table": "SNOWREEL.MARTS.ALL_RATINGS",
    "output_table": "SNOWREEL.MARTS.RECOMMENDATIONS",
    "run_table": "SNOWREEL.MARTS.MODEL_RUN",
    "artifact_uri": "s3://somewhere",
    "n_epochs": "7",
}


@pytest.fixture
def sagemaker(aws):
    return ControlPlane(BoundedCalls(Deadline()))


@pytest.fixture
def judgements(sagemaker):
    return Judgements(sagemaker, settings.train_settings())


@pytest.fixture
def jobs(aws):
    """A champion that serves, and a candidate; names."""
    names = [aws.trained(letter, **FIGURES) for letter in "ab"]
    aws.resources["training-job"][names[1]]["HyperParameters"] = ORDER
    began = aws.resources["training-job"][names[0]]
    began["TrainingStartTime"] = datetime(2026, 3, 1, 2, 3, 4, 900_000, tzinfo=UTC).timestamp()
    return names


@pytest.fixture
def pair(sagemaker, jobs):
    champion, candidate = map(sagemaker.training_job, jobs)
    return candidate, champion


@pytest.fixture
def name(jobs):
    return judgement_name(PREFIX, jobs[1], jobs[0])


def test_a_judgement_is_a_job_that_is_given_both_models(aws, judgements, pair, name, jobs):
    assert judgements.find(jobs[1], jobs[0]) is None
    job = judgements.begin(*pair)
    assert job.name == name
    assert len(name) == len(f"{PREFIX}-judgement-") + 16
    request = aws.resources["training-job"][name]
    assert request["HyperParameters"] == ORDER | {
        "champion_began_at": "2026-03-01T02:03:04+00:00",
        "candidate_job": jobs[1],
        "champion_job": jobs[0],
        "fewest_new_ratings": "200",
        "drift_view": "SNOWREEL.MARTS.DRIFT",
    }
    channels = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in request["InputDataConfig"]
    }
    assert channels == {"model": address(jobs[0]), "candidate": address(jobs[1])}
    assert request["RoleArn"] == settings.train_settings().training_role_arn
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html
    assert len(request["AlgorithmSpecification"]["MetricDefinitions"]) <= 40


def test_a_champion_without_a_start_began_when_it_was_made(aws, sagemaker, judgements, jobs, name):
    champion = aws.resources["training-job"][jobs[0]]
    del champion["TrainingStartTime"]
    champion["CreationTime"] = datetime(2026, 3, 1, 1, 0, 0, tzinfo=UTC).timestamp()
    judgements.begin(*map(sagemaker.training_job, reversed(jobs)))
    asked = aws.resources["training-job"][name]["HyperParameters"]
    assert asked["champion_began_at"] == "2026-03-01T01:00:00+00:00"


def test_a_judgement_that_is_begun_again_is_the_same_one(aws, judgements, pair, name):
    judgements.begin(*pair)
    aws.complete(name, **COMPARED, **COUNTS)
    assert judgements.begin(*pair).status == "Completed"
    assert aws.names("training-job") == {name, *(job.name for job in pair)}
    # the other way around is another question
    assert judgements.begin(*reversed(pair)).name != name


def test_a_used_up_quota_is_named(aws, judgements, pair):
    limit = "The account-level service limit 'ml.m5.large for training job usage' is 1 Instances"
    aws.fail("CreateTrainingJob", "ResourceLimitExceeded", limit)
    with pytest.raises(RefusedError, match=r"ml\.m5\.large for training job usage"):
        judgements.begin(*pair)


def test_figures_are_those_of_a_finished_judgement(aws, judgements, pair, name):
    job = judgements.begin(*pair)
    assert judgement.figures(job) is judgement.figures(None) is None
    aws.complete(name, **COMPARED, **COUNTS, new_ratings_millions=2, more=1.0)
    found = judgement.figures(judgements.begin(*pair))
    assert found == COMPARED | COUNTS | {"new_ratings": 2_005_000}


def test_a_judgement_is_never_deployed(api, aws, judgements, pair, name):
    judgements.begin(*pair)
    aws.complete(name, **COMPARED, **COUNTS)
    for path in ("/deploy", "/promote"):
        error = api.post(path, [[0, "films", name]], batch="other").value["error"]
        assert error["code"] == "ArtifactRefused"
    assert api.post("/training-status", [[0, name]]).value["error"]["code"] == "UnknownTrainingJob"


# --- the gate -------------------------------------------------------------------------------------


def promote(api, aws, job, batch="promotion", *options):
    reply = api.post("/promote", [[0, "films", job, *options]], batch=batch)
    if reply.status == 202:
        aws.settle(ENDPOINT)
        reply = api.get("/promote", batch=batch)
    return reply.value


def rule(answer, name):
    (found,) = (rule for rule in answer["gate"] if rule["rule"] == name)
    return found


@pytest.fixture
def compared(api, aws, judgements, pair, name, jobs):
    """Finishes the judgement of the candidate beside what serves, with changed figures."""
    deploy(api, aws, jobs[0], "first")

    def finish(**changed):
        judgements.begin(*pair)
        aws.complete(name, **{**COMPARED, **COUNTS, **changed})

    return finish


def test_a_promotion_goes_by_a_finished_judgement(api, aws, compared, jobs, name):
    compared(ndcg_at_10=0.3)
    answer = promote(api, aws, jobs[1])
    assert (answer["status"], answer["judgement_job"]) == ("Refused", name)
    assert rule(answer, "ranking") == {
        "rule": "ranking",
        "figure": 0.3,
        "bound": "at least",
        "limit": 0.3136,
        "passed": False,
        "ratings": "new",
        "difference": {"low": -0.01, "high": 0.03},
    }
    assert "on new ratings" in answer["reason"]
    failed = {each["rule"] for each in answer["gate"] if not each["passed"]}
    assert failed == {"ranking", "better_than_recently_popular"}
    assert rule(answer, "better_than_recently_popular")["limit"] == 0.31
    versions = api.post("/model-versions", [[0, "films"]], batch="versions").value
    assert versions[0]["judgement_job"] == name
    assert sorted(versions[0]["gate"], key=str) == sorted(answer["gate"], key=str)
    assert "judgement_job" not in versions[1]
    before = aws.calls.count("CreateTrainingJob")
    forced = promote(api, aws, jobs[1], "forced", {"force": True})
    assert (forced["status"], forced["forced"]) == ("InService", True)
    assert aws.calls.count("CreateTrainingJob") == before


def test_a_better_candidate_is_promoted(api, aws, compared, jobs):
    compared()
    answer = promote(api, aws, jobs[1])
    assert answer["status"] == "InService"
    assert {"smoke", "rating_scale"} <= {each["rule"] for each in answer["gate"]}


def test_one_answer_that_nobody_may_see_refuses(api, aws, compared, jobs):
    compared(smoke_failures=1, new_ratings=3)
    answer = promote(api, aws, jobs[1])
    assert answer["status"] == "Refused"
    assert not rule(answer, "smoke")["passed"]
    assert rule(answer, "ranking")["ratings"] == "held-out"


@pytest.mark.parametrize("status", ["InProgress", "Failed", "Stopped"])
def test_what_has_not_finished_is_as_none(api, aws, compared, jobs, name, status):
    compared(ndcg_at_10=0.1)
    aws.resources["training-job"][name]["TrainingJobStatus"] = status
    answer = promote(api, aws, jobs[1])
    assert answer["status"] == "InService"
    assert "judgement_job" not in answer
    assert rule(answer, "ranking")["ratings"] == "held-out"


def test_a_judgement_of_another_pair_says_nothing(api, aws, compared, sagemaker, judgements, jobs):
    third = aws.trained("c", **FIGURES)
    aws.resources["training-job"][third]["HyperParameters"] = ORDER
    compared(ndcg_at_10=0.1)
    assert promote(api, aws, third)["status"] == "InService"
    # what serves has changed meanwhile: the first judgement was of another champion
    assert promote(api, aws, jobs[1], "second")["status"] == "InService"


def test_grounds_of_an_earlier_decision_are_forgotten(api, aws, compared, jobs, name):
    compared(ndcg_at_10=0.1)
    assert promote(api, aws, jobs[1])["status"] == "Refused"
    aws.resources["training-job"][name]["TrainingJobStatus"] = "Stopped"
    assert promote(api, aws, jobs[1], "second")["status"] == "InService"
    versions = api.post("/model-versions", [[0, "films"]], batch="versions").value
    assert "judgement_job" not in versions[0]
    assert "smoke" not in {each["rule"] for each in versions[0]["gate"]}
