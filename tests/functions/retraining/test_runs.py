"""Runs of the nightly loop, from the schedule's call to the mail."""

import json

import pytest
from aws_fault import AwsError, Killed
from botocore.exceptions import ReadTimeoutError
from compared_models import COMPARED, COUNTS
from model_container import score
from nights import GOOD, TOPIC_ARN

GROUP = "snowreel-test-films"
NEWER = COMPARED | COUNTS
ITEM = {"item_id": "7", "rank": 1, "score": 0.5, "estimated_rating": 4.0}
WORSE = GOOD | {"ndcg_at_10": 0.3}


def test_a_first_run_brings_a_model_into_service(nights):
    outcome = nights.run()
    assert outcome["status"] == "Promoted"
    assert nights.serving() == nights.aws.only("training-job")["TrainingJobName"]
    (mail,) = nights.mails
    assert mail == {
        "TopicArn": TOPIC_ARN,
        "Subject": "snowreel-test films: a new version serves",
        "Message": f"films serves version 1, {nights.serving()}: NDCG@10 0.450, RMSE 0.930.",
    }


def test_a_better_model_replaces_what_serves_and_both_are_told_of(nights):
    nights.run("one")
    before = nights.serving()
    outcome = nights.run("two", GOOD | {"ndcg_at_10": 0.5})
    assert outcome["status"] == "Promoted"
    assert nights.serving() != before
    assert "NDCG@10 0.500 (was 0.450), RMSE 0.930 (was 0.930)" in outcome["message"]


def test_a_worse_model_is_refused_and_what_serves_stays(nights):
    nights.run("one")
    before = nights.serving()
    outcome = nights.run("two", WORSE)
    assert outcome["status"] == "Refused"
    assert "ranking is 0.3 and must be at least 0.441" in outcome["message"]
    assert nights.serving() == before
    assert nights.mails[-1]["Subject"] == "snowreel-test films: the gate refused a version"


def test_the_gate_goes_by_ratings_that_are_newer_than_what_serves(nights):
    nights.run("one")
    before = nights.serving()
    nights.compared = NEWER | {"ndcg_at_10": 0.2, "ndcg_difference_high": -0.05}
    outcome = nights.run("two", GOOD | {"ndcg_at_10": 0.6})
    assert outcome["status"] == "Refused"
    assert "ranking" in outcome["message"]
    assert nights.serving() == before
    nights.compared = NEWER
    assert nights.run("three")["status"] == "Promoted"


def test_a_judgement_that_fails_lets_the_recorded_figures_decide(nights):
    nights.run("one")

    def fail():
        for name, job in nights.aws.resources["training-job"].items():
            if "-judgement-" in name:
                job |= {"TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: no"}

    assert nights.run("two", meanwhile=fail)["status"] == "Promoted"


def test_drift_is_told_with_the_outcome_and_counted(nights, capsys):
    nights.run("one")
    nights.compared = NEWER | {"drifts": 2}
    nights.run("two")
    assert "Yesterday 2 figures were beyond their limits" in nights.mails[-1]["Message"]
    written = [line for line in capsys.readouterr().out.splitlines() if '"Drifts"' in line]
    assert [json.loads(line)["Drifts"] for line in written] == [[2.0]]
    nights.compared = NEWER
    nights.run("three")
    assert "Yesterday" not in nights.mails[-1]["Message"]


def test_a_first_version_has_nothing_to_be_compared_with(nights):
    nights.run("one")
    assert nights.aws.names("training-job") == nights.trainings()


def test_a_failed_training_is_told_of_and_what_serves_stays(nights):
    nights.run("one")
    before = nights.serving()

    def fail():
        job = list(nights.aws.resources["training-job"].values())[-1]
        reason = "AlgorithmError: The input table is empty: load ratings first., exit code: 1"
        job |= {"TrainingJobStatus": "Failed", "FailureReason": reason}

    outcome = nights.run("two", meanwhile=fail)
    assert outcome == {
        "status": "Failed",
        "message": "The input table is empty: load ratings first.",
    }
    assert nights.serving() == before
    assert nights.mails[-1]["Message"] == outcome["message"]


def test_too_few_new_ratings_train_nothing_and_say_so(nights):
    nights.run("one", least_new_ratings=100)
    before = nights.serving()
    outcome = nights.run("two", {"users": 0, "rows": 0, "ratings": 12}, least_new_ratings=100)
    asked = list(nights.aws.resources["training-job"].values())[-1]["HyperParameters"]
    assert (asked["least_new_ratings"], asked["known_ratings"]) == ("100", "1000")
    assert outcome["status"] == "Skipped"
    assert "ratings has 12 new ratings, fewer than the 100 that are asked for" in outcome["message"]
    assert nights.serving() == before


def test_a_first_run_trains_whatever_is_new(nights):
    nights.run("one", least_new_ratings=100)
    assert "least_new_ratings" not in nights.aws.only("training-job")["HyperParameters"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"model_name": "Films!"}, "is not a model name", id="name"),
        pytest.param({"input_table": "a.b.c.d"}, "a.b.c.d", id="table"),
        pytest.param({"output_table": "ratings"}, "is the input table", id="same table"),
        pytest.param({"options": {"n_factor": 5}}, "There is no option", id="option"),
    ],
)
def test_what_no_training_takes_ends_the_run_with_a_sentence(nights, changes, words):
    outcome = nights.run(**changes)
    assert outcome["status"] == "Failed"
    assert words in outcome["message"]
    assert not nights.aws.names("training-job")
    assert len(nights.mails) == 1


def test_two_runs_of_a_model_at_once_are_one(nights):
    first, second = nights.begin("first"), nights.begin("second")
    assert nights.step_functions.go_on(first)
    assert not nights.step_functions.go_on(second)
    told = nights.step_functions.outcome(second)
    assert told["status"] == "Skipped"
    assert "The pipeline first of films is under way" in told["message"]
    assert len(nights.aws.names("training-job")) == 1


def test_the_older_of_two_runs_goes_on_whoever_looks_first(nights):
    first, second = nights.begin("first"), nights.begin("second")
    assert not nights.step_functions.go_on(second)
    assert nights.step_functions.go_on(first)


def test_runs_of_two_models_go_on_side_by_side(nights):
    first, second = nights.begin("first"), nights.begin("second", model_name="series")
    assert nights.step_functions.go_on(first)
    assert nights.step_functions.go_on(second)
    assert len(nights.aws.names("training-job")) == 2


def test_a_model_deployed_by_hand_meanwhile_is_what_the_gate_compares_with(nights, api):
    nights.run("one")
    by_hand = nights.aws.trained("a", **GOOD | {"ndcg_at_10": 0.6})
    asked: list[int] = []

    def deploy():
        endpoint = nights.aws.resources["endpoint"]["snowreel-test-films"]
        if not asked and endpoint["EndpointStatus"] == "InService":
            asked.append(api.post("/deploy", [[0, "films", by_hand]], batch="by hand").status)

    outcome = nights.run("two", meanwhile=deploy)
    assert asked == [202]
    assert outcome["status"] == "Refused"
    assert nights.serving() == by_hand


def test_an_endpoint_deleted_by_hand_is_made_again(nights):
    nights.run("one")
    del nights.aws.resources["endpoint"]["snowreel-test-films"]
    assert nights.run("two")["status"] == "Promoted"
    assert nights.serving() is not None


def test_a_quota_ends_the_run_with_its_name(nights):
    nights.run("one")
    message = "The account-level service limit 'ml.m5.large for training job usage' is 0 Instances"
    nights.aws.fail("CreateTrainingJob", "ResourceLimitExceeded", message)
    outcome = nights.run("two")
    assert outcome["status"] == "Failed"
    assert "ml.m5.large for training job usage" in outcome["message"]


@pytest.mark.parametrize(
    "error",
    [
        AwsError("ThrottlingException", "Rate exceeded"),
        AwsError("InternalFailure", "", 500),
        ReadTimeoutError(endpoint_url="https://sagemaker"),
    ],
    ids=["throttled", "broken", "silent"],
)
def test_a_run_outlives_a_sagemaker_that_is_busy(nights, error):
    nights.aws.faults = {
        operation: [error] * 6
        for operation in ("CreateTrainingJob", "DescribeTrainingJob", "CreateEndpoint")
    }
    assert nights.run()["status"] == "Promoted"


def test_what_is_busy_for_a_day_ends_the_run(nights):
    started = nights.step_functions.clock
    error = AwsError("ThrottlingException", "Rate exceeded")
    nights.aws.refusals["CreateTrainingJob"] = error
    outcome = nights.run()
    assert outcome["status"] == "Failed"
    assert "busy with films for a day" in outcome["message"]
    assert 20 * 3600 < nights.step_functions.clock - started < 28 * 3600


def test_the_longest_training_fits_the_history_of_an_execution(nights):
    arn = nights.begin()
    while nights.step_functions.clock < 1_800_000_000 + 28 * 24 * 3600:
        assert nights.step_functions.go_on(arn)
    # a call has five events, a choice and a wait two each
    assert 9 * (len(nights.entered(arn)) / 3) < 25_000
    nights.work(GOOD)
    assert nights.step_functions.go_on(arn)


# A killed process flushes no metrics; only this test's way of killing lets Powertools notice it.
@pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
@pytest.mark.parametrize("calls", range(1, 60, 2))
def test_killed_after_any_call_a_run_ends_as_without_it(nights, calls):
    before = nights.aws.trained("a", **GOOD)
    nights.aws.endpoint_serves("films", before)
    nights.aws.killed_after = calls
    outcome = nights.run("two", GOOD | {"ndcg_at_10": 0.5})
    assert outcome["status"] == "Promoted"
    (trained,) = nights.trainings() - {before}
    assert nights.serving() == trained
    versions = [each["ModelPackageDescription"] for each in nights.aws.groups[GROUP]]
    assert versions == [before, trained]


def test_the_candidate_is_deployed_beside_what_serves_and_goes_again(nights):
    nights.run("one")
    seen = set()
    nights.run("two", meanwhile=lambda: seen.update(nights.aws.names("endpoint")))
    assert seen == {GROUP, f"{GROUP}--candidate"}
    assert nights.aws.names("endpoint") == {GROUP}
    assert len(nights.aws.living_configs()) == 2
    assert len(nights.aws.names("model")) == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"error": "no"}, id="refused"),
        pytest.param({"recommendations": []}, id="empty"),
        pytest.param({"recommendations": [ITEM, ITEM]}, id="twice"),
        pytest.param({"recommendations": [ITEM | {"score": float("nan")}]}, id="no number"),
        pytest.param({"recommendations": [ITEM | {"item_id": "0"}]}, id="rated"),
    ],
)
def test_a_candidate_that_answers_wrongly_is_refused_and_goes(nights, answer):
    nights.run("one")
    before = nights.serving()

    def wrongly(endpoint, payload):
        right = score(endpoint, payload)
        rated = payload.get("recommend_for", {}).get("ratings", ())
        if endpoint.endswith("--candidate"):
            for number, ratings in enumerate(rated):
                if "0" in ratings:
                    right["lists"][number] = answer
        return right

    nights.aws.invocation = wrongly
    outcome = nights.run("two")
    assert outcome["status"] == "Refused"
    assert "1 of 200 answers of its smoke test are wrong, the list for" in outcome["message"]
    assert nights.serving() == before
    assert nights.aws.names("endpoint") == {GROUP}
    version = nights.aws.groups[GROUP][-1]
    assert version["ModelApprovalStatus"] == "Rejected"
    assert version["CustomerMetadataProperties"]["gate.wrong_answers"] == "1.0 at most 0.0"


def test_a_candidate_whose_endpoint_fails_ends_the_run_and_goes(nights):
    nights.run("one")
    before = nights.serving()

    def fail():
        for name, endpoint in nights.aws.resources["endpoint"].items():
            if name.endswith("--candidate") and endpoint["EndpointStatus"] == "Creating":
                endpoint |= {"EndpointStatus": "Failed", "FailureReason": "The image is gone."}

    outcome = nights.run("two", meanwhile=fail)
    assert outcome["status"] == "Failed"
    assert "The image is gone." in outcome["message"]
    assert (nights.serving(), nights.aws.names("endpoint")) == (before, {GROUP})


def test_a_quota_of_endpoints_stops_the_candidate_alone(nights):
    nights.run("one")
    before = nights.serving()
    message = "The account-level service limit 'Maximum total concurrency' is 10"
    nights.aws.fail("CreateEndpoint", "ResourceLimitExceeded", message)
    outcome = nights.run("two")
    assert outcome["status"] == "Failed"
    assert "Maximum total concurrency" in outcome["message"]
    assert nights.serving() == before
    assert len(nights.aws.names("model")) == 1


def test_a_function_that_is_gone_is_told_of_all_the_same(nights, monkeypatch):
    def gone(event):
        raise Killed

    nights.step_functions.machine.resources = {
        arn: gone if ":lambda:" in arn else resource
        for arn, resource in nights.step_functions.machine.resources.items()
    }
    outcome = nights.run()
    assert outcome["status"] == "Failed"
    (mail,) = nights.mails
    assert "its function could not say why" in mail["Message"]


def test_a_topic_that_is_gone_changes_nothing(nights):
    def gone(message):
        raise AwsError("NotFound", "Topic does not exist")

    nights.step_functions.machine.resources["arn:aws:states:::sns:publish"] = gone
    assert nights.run()["status"] == "Promoted"


def test_a_fault_of_the_programs_own_is_told_without_its_insides(nights, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret insides")

    monkeypatch.setattr("functions.retraining.steps.training.start", broken)
    outcome = nights.run()
    assert outcome["status"] == "Failed"
    assert "the log of the function `retrain` has the reason" in outcome["message"]
    assert "secret" not in nights.mails[-1]["Message"]
