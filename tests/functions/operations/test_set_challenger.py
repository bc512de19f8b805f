"""Challengers: let in by the gate, changed, ended, and never in the champion's way."""

from typing import Any

import pytest
from aws_fault import AwsError, Killed
from challenged_model import (
    CHALLENGER,
    USERS,
    WORSE,
    challenge,
    code,
    expected,
    half_done,
    sides,
    trainings,
)
from deployed_models import ENDPOINT, config_of
from sagemaker_double import PREFIX


@pytest.fixture
def jobs(api, aws, clock):
    return trainings(api, aws)


def test_lists_and_versions_show_it_beside_what_serves(api, aws, clock, jobs):
    challenge(api, aws, clock, jobs[1], 0.25)
    (model,) = api.post("/models", [[0]]).value
    assert model["training_job"] == jobs[0]
    shown = model["challenger"]
    assert (shown["status"], shown["training_job"], shown["share"]) == ("InService", jobs[1], 0.25)
    assert "candidate" not in model
    newest, oldest = api.post("/model-versions", [[0, "films"]]).value
    assert (newest["state"], newest["share"], newest["verdict"]) == ("Challenger", 0.25, "passed")
    assert (oldest["state"], "share" in oldest) == ("Serving", False)


def test_a_late_request_brings_no_earlier_share_back(api, aws, clock, jobs):
    for batch, share in (("one", 0.2), ("two", 0.4), ("three", 0.6)):
        assert challenge(api, aws, clock, jobs[1], share, batch)["share"] == share
    for batch, share in (("one", 0.2), ("two", 0.4)):
        assert challenge(api, aws, clock, jobs[1], share, batch)["status"] == "InService"
    clock.now += 60
    assert sides(api) == expected(0.6)


def test_of_two_changes_at_once_the_second_is_told(api, aws, clock, jobs):
    challenge(api, aws, clock, jobs[1], 0.2)
    for _ in range(2):
        aws.fail("AddTags", "ThrottlingException", "Rate exceeded")
    assert api.post("/challenge", [[0, "films", jobs[1], 0.3]], batch="slow").status == 429
    assert config_of("slow") in aws.names("endpoint-config")
    assert challenge(api, aws, clock, jobs[1], 0.7, "fast")["share"] == 0.7
    late = challenge(api, aws, clock, jobs[1], 0.3, "slow")
    assert code(late) == "DeploymentFailed"
    assert "another change of it came first" in late["error"]["message"]
    assert sides(api) == expected(0.7)


def test_a_change_of_a_challenger_that_was_ended_changes_no_other(api, aws, clock, jobs):
    # nobody waits for it, so that it has no share yet
    api.post("/challenge", [[0, "films", jobs[1], 0.2]], batch="one")
    aws.settle(CHALLENGER)
    half_done(api, aws, "AddTags", ["films", jobs[1], 0.3], "slow")
    api.post("/challenge", [[0, "films", None, 0]], batch="end")
    aws.settle(CHALLENGER)
    api.post("/challenge", [[0, "films", jobs[1], 0.4]], batch="two")
    aws.settle(CHALLENGER)
    assert code(challenge(api, aws, clock, jobs[1], 0.3, "slow")) == "DeploymentFailed"
    assert challenge(api, aws, clock, jobs[1], 0.4, "two")["share"] == 0.4
    assert sides(api) == expected(0.4)


def test_who_was_slower_changes_no_share_of_another_training(api, aws, clock, jobs, monkeypatch):
    challenge(api, aws, clock, jobs[1], 0.2)
    # the other one came between the look and the configuration
    monkeypatch.setattr("functions.challenges.Challenges.is_known", lambda *_: False)
    assert code(challenge(api, aws, clock, jobs[2], 0.9, "slower")) == "ChallengerExists"
    clock.now += 60
    assert sides(api) == expected(0.2)
    assert config_of("slower") not in aws.names("endpoint-config")


def test_a_challenger_without_its_configuration_is_ended_before_another_comes(
    api, aws, clock, jobs
):
    challenge(api, aws, clock, jobs[1], 0.2)
    del aws.resources["endpoint-config"][config_of("challenge")]
    assert code(challenge(api, aws, clock, jobs[1], 0.3, "more")) == "ChallengerExists"
    assert api.post("/challenge", [[0, "films", None, 0]], batch="end").value["status"] == "Ended"
    aws.settle(CHALLENGER)
    assert challenge(api, aws, clock, jobs[1], 0.3, "new")["share"] == 0.3


def test_a_challenger_that_vanishes_between_two_calls_is_no_failure(api, aws, clock, jobs):
    challenge(api, aws, clock, jobs[1], 0.2)
    gone = f'Could not find endpoint "{CHALLENGER}".'
    half_done(api, aws, "AddTags", ["films", jobs[1], 0.4], "more")
    aws.fail("AddTags", "ValidationException", gone)
    assert api.post("/challenge", [[0, "films", jobs[1], 0.4]], batch="more").status == 429
    aws.refusals["ListTags"] = AwsError("ValidationException", gone)
    (model,) = api.post("/models", [[0]]).value
    assert model["challenger"]["share"] == 0
    clock.now += 60
    assert sides(api, USERS[:20]) == set()


@pytest.mark.parametrize("path", ["/deploy", "/promote"])
def test_a_challenge_that_had_not_begun_begins_for_no_champion_and_nobody_rejected(
    api, aws, clock, jobs, path
):
    worse = aws.trained("e", **WORSE)
    half_done(api, aws, "CreateEndpoint", ["films", worse, 0.2, {"force": True}], "slow")
    row = [0, "films", worse] if path == "/deploy" else [0, "films", worse, None]
    api.post(path, [row], batch="change")
    aws.settle(ENDPOINT)
    api.get(path, batch="change")
    late = challenge(api, aws, clock, worse, 0.2, "slow", {"force": True})
    assert code(late) == "DeploymentFailed"
    assert aws.names("endpoint") == {ENDPOINT}
    assert aws.names("model") == ({jobs[0], worse} if path == "/deploy" else {jobs[0]})


def test_it_ends_and_its_late_request_brings_nothing_back(api, aws, clock, jobs):
    challenge(api, aws, clock, jobs[1])
    for _ in range(2):
        ended = api.post("/challenge", [[0, "films", None, 0]], batch="end").value
        assert ended == {"status": "Ended", "model_name": "films"}
    aws.settle(CHALLENGER)
    assert aws.names("endpoint") == {ENDPOINT}
    assert aws.names("model") == {jobs[0]}
    assert sides(api) == set()
    assert challenge(api, aws, clock, jobs[1])["status"] == "InService", "it came into service"
    assert aws.names("endpoint") == {ENDPOINT}
    assert challenge(api, aws, clock, jobs[2], 0.5, "again")["training_job"] == jobs[2]
    api.post("/challenge", [[0, "films", None, 0]], batch="end")
    assert aws.resources["endpoint"][CHALLENGER]["EndpointStatus"] == "InService"


def test_promoting_it_ends_it_once_it_serves(api, aws, clock, jobs):
    challenge(api, aws, clock, jobs[1])
    assert api.post("/promote", [[0, "films", jobs[1], None]], batch="promotion").status == 202
    assert aws.resources["endpoint"][CHALLENGER]["EndpointStatus"] == "InService"
    aws.settle(ENDPOINT)
    assert api.get("/promote", batch="promotion").value["status"] == "InService"
    aws.settle(CHALLENGER)
    assert aws.names("endpoint") == {ENDPOINT}
    assert aws.names("model") == set(jobs[:2])
    assert aws.living_configs() == {config_of("first"), config_of("promotion")}
    states = [each["state"] for each in api.post("/model-versions", [[0, "films"]]).value]
    assert states == ["Serving", "Kept"]


@pytest.mark.parametrize("path", ["/deploy", "/promote"])
def test_another_version_that_comes_leaves_it(api, aws, clock, jobs, path):
    challenge(api, aws, clock, jobs[1])
    assert api.post(path, [[0, "films", jobs[2]]], batch="change").status in {202, 400}
    if path == "/promote":
        api.post(path, [[0, "films", jobs[2], None]], batch="change")
    aws.settle(ENDPOINT)
    api.get(path, batch="change")
    api.post("/roll-back", [[0, "films"]], batch="back")
    aws.settle(ENDPOINT)
    assert api.get("/roll-back", batch="back").value["training_job"] == jobs[0]
    assert aws.resources["endpoint"][CHALLENGER]["EndpointStatus"] == "InService"
    assert jobs[1] in aws.names("model")


def test_what_fails_the_gate_challenges_by_force_alone(api, aws, clock, jobs):
    worse = aws.trained("e", **WORSE)
    for batch in ("one", "one", "two"):
        answer = challenge(api, aws, clock, worse, 0.1, batch)
        assert (answer["status"], answer["share"]) == ("Refused", 0)
        assert answer["reason"].startswith("Version 2 was not made the challenger: ")
        assert answer["reason"].endswith("Train again, or set it with {'force': true}.")
    assert aws.names("endpoint") == {ENDPOINT}
    answer = challenge(api, aws, clock, worse, 0.1, "three", {"force": True})
    assert (answer["status"], answer["forced"]) == ("InService", True)


def test_who_fails_the_gate_later_challenges_no_more(api, aws, clock, jobs):
    worse = aws.trained("e", **WORSE)
    challenge(api, aws, clock, worse, 0.1, "challenge", {"force": True})
    assert api.post("/promote", [[0, "films", worse, None]], batch="p").value["status"] == "Refused"
    aws.settle(CHALLENGER)
    assert aws.names("endpoint") == {ENDPOINT}


def test_refusals(api, aws, clock, jobs):
    running = f"{PREFIX}-{'9' * 24}"
    assert code(challenge(api, aws, clock, jobs[0])) == "AlreadyServing"
    assert code(challenge(api, aws, clock, running)) == "UnknownTrainingJob"
    assert code(challenge(api, aws, clock, "no job")) == "ArtifactRefused"
    assert code(challenge(api, aws, clock, None)) == "ArtifactRefused"
    wrong: list[Any] = [0, -0.1, 1.01, True, "0.5", None, [], 10**400]
    for share in wrong:
        error = challenge(api, aws, clock, jobs[1], share)["error"]
        assert error["code"] == "InvalidShare", share
    assert code(challenge(api, aws, clock, jobs[1], 0.5, "b", {"force": 1})) == "InvalidOptions"
    unknown = api.post("/challenge", [[0, "series", jobs[1], 0.5]], batch="series").value
    assert unknown["error"]["message"] == "No model 'series' is deployed; deployed: films."
    nothing = api.post("/challenge", [[0, "films", None, 0]], batch="end").value
    assert nothing["error"]["message"] == "No challenger of films is deployed; deployed: films."
    assert aws.names("endpoint") == {ENDPOINT}
    assert len(aws.living_configs()) == 1
    challenge(api, aws, clock, jobs[1])
    other = challenge(api, aws, clock, jobs[2], 0.5, "other")
    assert code(other) == "ChallengerExists"
    assert f"has the challenger {jobs[1]} already" in other["error"]["message"]
    assert code(challenge(api, aws, clock, jobs[1], 0.6)) == "BatchIdReused"


def test_a_quota_leaves_no_challenger(api, aws, clock, jobs):
    aws.fail("CreateEndpoint", "ResourceLimitExceeded", "Too many.")
    error = challenge(api, aws, clock, jobs[1])["error"]
    assert error["code"] == "QuotaExceeded"
    assert "so the challenger of films was not deployed" in error["message"]
    assert aws.living_configs() == {config_of("first")}
    assert aws.names("model") == {jobs[0]}


def test_a_champion_that_is_being_changed_is_waited_for(api, aws, clock, jobs):
    api.post("/deploy", [[0, "films", jobs[1]]], batch="second")
    assert api.post("/challenge", [[0, "films", jobs[1], 0.5]], batch="challenge").status == 429
    aws.settle(ENDPOINT)
    assert code(challenge(api, aws, clock, jobs[1])) == "AlreadyServing"


def test_a_failed_challenger_is_told_and_replaced(api, aws, clock, jobs):
    api.post("/challenge", [[0, "films", jobs[1], 0.5]], batch="challenge")
    aws.settle(CHALLENGER, "Failed", FailureReason="The container died.")
    for _ in range(2):
        error = api.get("/challenge", batch="challenge").value["error"]
        assert error["message"] == (
            "The endpoint of the challenger of films failed: The container died."
        )
    assert api.post("/challenge", [[0, "films", jobs[2], 0.5]], batch="next").status == 429
    aws.settle(CHALLENGER)
    assert challenge(api, aws, clock, jobs[2], 0.5, "next")["status"] == "InService"


@pytest.mark.parametrize("calls", range(1, 40))
@pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
def test_killed_between_any_two_calls_a_challenge_ends_well(api, aws, clock, jobs, calls):
    aws.calls.clear()
    aws.killed_after = calls
    for _ in range(6):
        try:
            answer = challenge(api, aws, clock, jobs[1])
        except Killed:
            aws.killed_after = None
            continue
        if answer.get("status") == "InService":
            break
    assert answer["status"] == "InService", answer
    assert sides(api, USERS[:50]) == expected(0.5, USERS[:50])
    assert aws.living_configs() == {config_of("first"), config_of("challenge")}
