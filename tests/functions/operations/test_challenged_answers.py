"""Answers beside a challenger: each user's from one side, and the champion's where it cannot."""

import pytest
from aws_fault import AwsError
from challenged_model import CHALLENGER, USERS, challenge, expected, sides, trainings
from deployed_models import ENDPOINT, deploy

from functions.sagemaker import splits as known
from functions.split import Split


@pytest.fixture
def jobs(api, aws, clock):
    return trainings(api, aws)


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


def test_a_split_is_read_as_it_was_written():
    split = Split(before=0.1, after=1 / 3, since=1_800_000_000.125, by="config")
    assert Split.of_text(str(split)) == split
    assert (split.share(split.since - 0.001), split.share(split.since)) == (0.1, 1 / 3)
