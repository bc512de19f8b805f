"""Challengers: let in by the gate, told apart, changed, ended, and never in the champion's way."""

from typing import Any

import pytest
from aws_fault import AwsError, Killed
from deployed_models import ENDPOINT, config_of, deploy
from model_container import estimate
from moved_clock import Clock
from sagemaker_double import PREFIX

from functions.sagemaker import splits as known
from functions.split import Split, place

CHALLENGER = f"{ENDPOINT}--challenger"
FIGURES = {"ndcg_at_10": 0.45, "popular_ndcg_at_10": 0.26, "ratings": 1000}
USERS = [str(number) for number in range(400)]
WORSE = FIGURES | {"ndcg_at_10": 0.2}


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr("functions.challenges.time", found)
    monkeypatch.setattr("functions.sagemaker.splits.time", found)
    return found


@pytest.fixture
def jobs(api, aws, clock):
    """Trainings a to d; the model films serves the first."""
    found = [aws.trained(letter, **FIGURES) for letter in "abcd"]
    deploy(api, aws, found[0], "first")
    return found


def challenge(api, aws, clock, job, share=0.5, batch="challenge", *options):
    """A challenge from its POST to its end."""
    row = [0, "films", job, share, *options]
    reply = api.post("/challenge", [row], batch=batch)
    for _ in range(3):
        if reply.status != 202:
            return reply.value
        if CHALLENGER in aws.names("endpoint"):
            aws.settle(CHALLENGER)
        reply = api.get("/challenge", batch=batch)
        clock.now += 10
    return reply.value


def code(answer):
    return answer["error"]["code"]


def sides(api, users=USERS):
    """The users whom the challenger answers."""
    values = api.post("/invoke", [[n, "films", user, "1"] for n, user in enumerate(users)]).values
    own = {user: estimate(ENDPOINT, user, "1") for user in users}
    other = {user: estimate(CHALLENGER, user, "1") for user in users}
    assert all(value in (own[u], other[u]) for u, value in zip(users, values, strict=True))
    return {user for user, value in zip(users, values, strict=True) if value == other[user]}


def expected(share, users=USERS):
    return {user for user in users if place("films", user) < share}


def test_a_challenger_answers_its_share_and_is_told_apart(api, aws, clock, jobs):
    answer = challenge(api, aws, clock, jobs[1], 0.25)
    assert (answer["status"], answer["share"], answer["version"]) == ("InService", 0.25, 2)
    assert answer["training_job"] == jobs[1]
    assert all(rule["passed"] for rule in answer["gate"])
    assert sides(api) == expected(0.25)
    rows = [[n, "films", user, "1"] for n, user in enumerate(USERS)]
    for user, value in zip(USERS, api.post("/invoke-details", rows).values, strict=True):
        endpoint = CHALLENGER if user in expected(0.25) else ENDPOINT
        assert value["model_artifact"] == f"s3://artifact/{endpoint}"
    lists = api.post("/recommend", [[n, "films", user, 2] for n, user in enumerate(USERS)]).values
    assert {item["item_id"].split("/")[0] for found in lists for item in found} == set(USERS)
    assert all(item["training_job"] for found in lists for item in found)


def test_who_names_no_user_is_answered_by_the_champion(api, aws, clock, jobs):
    challenge(api, aws, clock, jobs[1], 1)
    aws.payloads.clear()
    api.post("/recommend-for", [[0, "films", {"1": 4}, 2, None]])
    api.post("/estimate-for", [[0, "films", {"1": 4}, "2"]])
    assert {endpoint for endpoint, _ in aws.payloads} == {ENDPOINT}


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


def test_a_share_changes_alone_and_everywhere_at_once(api, aws, clock, jobs):
    challenge(api, aws, clock, jobs[1], 0.25)
    sides(api)
    made = aws.calls.count("CreateEndpoint"), aws.calls.count("UpdateEndpoint")
    assert api.post("/challenge", [[0, "films", jobs[1], 0.5]], batch="more").status == 202
    # who has asked just before and who asks just now know the same
    for _ in range(3):
        assert sides(api) == expected(0.25)
        known.Splits.share.__globals__["time"].now += 0.5
    clock.now += 10
    answer = api.get("/challenge", batch="more").value
    assert (answer["status"], answer["share"]) == ("InService", 0.5)
    assert sides(api) == expected(0.5)
    assert made == (aws.calls.count("CreateEndpoint"), aws.calls.count("UpdateEndpoint"))


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


def half_done(api, aws, operation, row, batch):
    """A challenge that is cut off at its first call of an operation."""
    for _ in range(2):
        aws.fail(operation, "ThrottlingException", "Rate exceeded")
    assert api.post("/challenge", [[0, *row]], batch=batch).status == 429
    assert config_of(batch) in aws.names("endpoint-config")


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


@pytest.mark.parametrize("how", ["gone", "failed", "broken", "throttled"])
def test_a_challenger_that_cannot_answer_leaves_its_users_to_the_champion(
    api, aws, clock, jobs, how, caplog
):
    challenge(api, aws, clock, jobs[1], 1)
    assert sides(api, USERS[:3]) == set(USERS[:3])
    if how == "gone":
        del aws.resources["endpoint"][CHALLENGER]
    elif how == "failed":
        aws.settle(CHALLENGER, "Failed", FailureReason="The container died.")
    elif how == "broken":
        aws.fail("InvokeEndpoint", "ModelError", "no", 424, OriginalStatusCode=500)
    else:
        aws.fail("InvokeEndpoint", "ThrottlingException", "Rate exceeded", 429)
        assert sides(api, USERS[:3]) == set(USERS[:3]), "its users stay on its side"
        return
    assert sides(api, USERS[:3]) == set()
    assert "The challenger of films does not answer, the champion does" in caplog.text
    calls = len(aws.calls)
    assert sides(api, USERS[:3]) == set(), "for a while"
    assert aws.calls[calls:] == ["InvokeEndpoint"]


def test_a_model_without_a_challenger_costs_one_list_a_minute(api, aws, clock, jobs):
    deploy(api, aws, jobs[1], "series", "series")
    aws.calls.clear()
    for _ in range(5):
        sides(api, USERS[:3])
        api.post("/invoke", [[0, "series", "1", "1"]])
    assert aws.calls.count("ListEndpoints") == 1
    assert set(aws.calls) == {"ListEndpoints", "InvokeEndpoint"}
    clock.now += 1.1
    sides(api, USERS[:3])
    assert aws.calls.count("ListEndpoints") == 2


def test_answers_do_not_depend_on_the_control_plane(api, aws, clock, jobs, caplog):
    challenge(api, aws, clock, jobs[1])
    assert sides(api) == expected(0.5)
    for name, message in (("ThrottlingException", "Rate exceeded"), ("AccessDenied", "No.")):
        aws.refusals["ListEndpoints"] = AwsError(name, message)
        clock.now += 60
        assert sides(api) == expected(0.5), "what was known before"
        assert "shares are not known anew" in caplog.text
        caplog.clear()
        calls = len(aws.calls)
        assert sides(api) == expected(0.5)
        assert aws.calls[calls:] == ["InvokeEndpoint"] * 2, "asked again in a while"


def test_a_tag_that_somebody_wrote_by_hand_shares_nobody_out(api, aws, clock, jobs):
    challenge(api, aws, clock, jobs[1])
    arn = aws.resources["endpoint"][CHALLENGER]["EndpointArn"]
    for text in ("", "half", "nan 1 0 x", "0 1 inf x", "0 1 2 x y"):
        clock.now += 60
        aws.tags[arn]["snowreel:split"] = text
        assert sides(api, USERS[:20]) == set()


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


def test_a_split_is_read_as_it_was_written():
    split = Split(before=0.1, after=1 / 3, since=1_800_000_000.125, by="config")
    assert Split.of_text(str(split)) == split
    assert (split.share(split.since - 0.001), split.share(split.since)) == (0.1, 1 / 3)
