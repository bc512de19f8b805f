"""Versions: the registry beside what serves, roll-backs, and what is kept for them."""

import pytest
from aws_fault import Killed
from deployed_models import ENDPOINT, config_of, deploy
from sagemaker_double import PREFIX

GROUP = f"{PREFIX}-films"
FIGURES = {"ndcg_at_10": 0.45, "popular_ndcg_at_10": 0.26, "ratings": 1000, "users": 50}


def change(api, aws, path, row, batch):
    """A change of the model films from its POST to its end."""
    reply = api.post(path, [[0, *row]], batch=batch)
    if reply.status != 202:
        return reply.value
    aws.settle(ENDPOINT)
    return api.get(path, batch=batch).value


def roll_back(api, aws, batch):
    return change(api, aws, "/roll-back", ["films"], batch)


def promote(api, aws, job, batch, *options):
    return change(api, aws, "/promote", ["films", job, *options], batch)


def versions(api, model="films"):
    return api.post("/model-versions", [[0, model]], batch="versions").value


def states(api):
    return [(each["version"], each["state"], each["verdict"]) for each in versions(api)]


@pytest.fixture
def jobs(aws):
    return [aws.trained(letter, **FIGURES) for letter in "abcde"]


def test_each_deployed_training_is_a_version(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[1], "second")
    newest, oldest = versions(api)
    assert (newest["version"], newest["training_job"]) == (2, jobs[1])
    assert (newest["state"], oldest["state"]) == ("Serving", "Kept")
    assert (newest["approval"], newest["verdict"]) == ("Approved", "deployed")
    assert newest["metrics"] == {"rmse": 0.9} | FIGURES
    assert not newest["forced"]


def test_a_training_that_is_deployed_again_is_the_same_version(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[0], "second")
    assert states(api) == [(1, "Serving", "deployed")]
    assert aws.living_configs() == {config_of("second")}
    assert roll_back(api, aws, "back")["error"]["code"] == "NoEarlierVersion"


def test_a_roll_back_serves_the_version_before(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[1], "second")
    before = aws.resources["endpoint-config"][config_of("first")]["ProductionVariants"]
    answer = roll_back(api, aws, "back")
    assert (answer["status"], answer["training_job"]) == ("InService", jobs[0])
    assert answer["rolled_back"] == jobs[1]
    assert aws.resources["endpoint-config"][config_of("back")]["ProductionVariants"] == before
    assert states(api) == [(2, "Removed", "rolled back"), (1, "Serving", "deployed")]
    assert aws.names("model") == {jobs[0]}


def test_roll_backs_go_further_back_and_end_at_the_first_version(api, aws, jobs):
    for number, job in enumerate(jobs[:3]):
        deploy(api, aws, job, f"deployment {number}")
    assert roll_back(api, aws, "one")["training_job"] == jobs[1]
    assert roll_back(api, aws, "two")["training_job"] == jobs[0]
    error = roll_back(api, aws, "three")["error"]
    assert error["code"] == "NoEarlierVersion"
    assert aws.only("endpoint")["EndpointConfigName"] == config_of("two")


def test_as_many_versions_are_kept_as_the_setting_says(api, aws, jobs):
    for number, job in enumerate(jobs):
        deploy(api, aws, job, f"deployment {number}")
    assert aws.living_configs() == {config_of(f"deployment {n}") for n in (2, 3, 4)}
    assert aws.names("model") == set(jobs[2:])
    kept = [each["state"] for each in versions(api)]
    assert kept == ["Serving", "Kept", "Kept", "Removed", "Removed"]


def test_a_deployment_after_a_roll_back_follows_what_serves(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[1], "second")
    roll_back(api, aws, "back")
    deploy(api, aws, jobs[2], "third")
    assert roll_back(api, aws, "again")["training_job"] == jobs[0]


def test_a_retried_roll_back_rolls_back_once(api, aws, jobs):
    for number, job in enumerate(jobs[:3]):
        deploy(api, aws, job, f"deployment {number}")
    for _ in range(3):
        assert roll_back(api, aws, "back")["training_job"] == jobs[1]
    assert aws.calls.count("UpdateEndpoint") == 3


# A killed process flushes no metrics; only this test's way of killing lets Powertools notice it.
@pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
@pytest.mark.parametrize("calls", range(1, 22))
def test_killed_between_any_two_calls_a_roll_back_ends_well(api, aws, jobs, calls):
    for number, job in enumerate(jobs[:3]):
        deploy(api, aws, job, f"deployment {number}")
    aws.calls.clear()
    aws.killed_after = calls
    try:
        roll_back(api, aws, "back")
    except Killed:
        aws.killed_after = None
    for _ in range(4):
        reply = api.post("/roll-back", [[0, "films"]], batch="back")
        if reply.status == 200:
            break
        assert reply.status in {202, 429}
        aws.settle(ENDPOINT)
    assert (reply.value["status"], reply.value["training_job"]) == ("InService", jobs[1])
    assert aws.names("model") == set(jobs[:2])
    assert states(api)[0] == (3, "Removed", "rolled back")


def test_a_roll_back_that_fails_leaves_what_serves(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[1], "second")
    api.post("/roll-back", [[0, "films"]], batch="back")
    aws.settle(ENDPOINT, "rolled back", FailureReason="No capacity.")
    error = api.get("/roll-back", batch="back").value["error"]
    assert (error["code"], "No capacity." in error["message"]) == ("DeploymentFailed", True)
    assert states(api) == [(2, "Serving", "deployed"), (1, "Kept", "deployed")]


def test_a_late_poll_of_what_was_replaced_says_that_it_served(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[1], "second")
    assert api.get("/deploy", batch="first").value["status"] == "InService"
    assert aws.only("endpoint")["EndpointConfigName"] == config_of("second")


def test_what_was_deployed_before_there_was_a_registry_is_rolled_back_to(api, films, jobs):
    old = films.only("endpoint-config")["ProductionVariants"][0]["ModelName"]
    deploy(api, films, jobs[0], "first")
    assert roll_back(api, films, "back")["training_job"] == old


def test_a_model_that_is_not_deployed_has_no_versions(api, aws):
    for path in ("/model-versions", "/roll-back"):
        error = api.post(path, [[0, "films"]]).value["error"]
        assert error["code"] == "UnknownModel"


def test_an_undeployed_models_versions_stay_in_the_registry(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    api.post("/undeploy", [[0, "films"]], batch="gone")
    aws.settle(ENDPOINT)
    assert states(api) == [(1, "Removed", "deployed")]


# --- promotions -----------------------------------------------------------------------------------


def test_a_better_model_is_promoted(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    answer = promote(api, aws, jobs[1], "second")
    assert (answer["status"], answer["version"], answer["forced"]) == ("InService", 2, False)
    assert {rule["rule"] for rule in answer["gate"]} == {
        "better_than_most_popular",
        "estimates",
        "number_of_ratings",
        "ranking",
        "repeated_ratings",
    }
    assert all(rule["passed"] for rule in answer["gate"])
    assert states(api)[0] == (2, "Serving", "passed")


def test_a_first_promotion_needs_no_champion(api, aws, jobs):
    assert promote(api, aws, jobs[0], "first")["status"] == "InService"


def test_a_worse_model_is_refused_with_its_figures_and_leaves_what_serves(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    worse = aws.trained("f", **FIGURES | {"ndcg_at_10": 0.40})
    for batch in ("second", "second", "third"):
        answer = promote(api, aws, worse, batch)
        assert answer["status"] == "Refused"
        assert answer["reason"] == (
            "Version 2 was not promoted: ranking is 0.4 and must be at least 0.441 on held-out"
            " ratings. Train again, or promote it with {'force': true}."
        )
    (rule,) = (rule for rule in answer["gate"] if not rule["passed"])
    assert rule == {
        "rule": "ranking",
        "figure": 0.4,
        "bound": "at least",
        "limit": 0.441,
        "passed": False,
        "ratings": "held-out",
    }
    assert aws.only("endpoint")["EndpointConfigName"] == config_of("first")
    assert aws.names("model") == {jobs[0]}
    assert states(api)[0] == (2, "Removed", "failed")
    assert versions(api)[0]["approval"] == "Rejected"


def test_a_forced_version_serves_and_is_marked_for_ever(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    worse = aws.trained("f", **FIGURES | {"ndcg_at_10": 0.40})
    answer = promote(api, aws, worse, "second", {"force": True})
    assert (answer["status"], answer["forced"]) == ("InService", True)
    roll_back(api, aws, "back")
    version = versions(api)[0]
    assert (version["verdict"], version["forced"]) == ("rolled back", True)


def test_what_was_rolled_back_is_promoted_by_force_alone(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[1], "second")
    roll_back(api, aws, "back")
    answer = promote(api, aws, jobs[1], "third")
    assert answer["status"] == "Refused"
    assert answer["reason"] == (
        "Version 2 was rolled back: promote it with {'force': true} if it is to serve again."
    )
    assert promote(api, aws, jobs[1], "fourth", {"force": True})["status"] == "InService"
    assert versions(api)[0]["verdict"] == "forced"


def test_what_serves_is_not_promoted_again(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    assert promote(api, aws, jobs[0], "second")["error"]["code"] == "AlreadyServing"


def test_a_retried_promotion_is_the_same_one(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    for _ in range(3):
        assert promote(api, aws, jobs[1], "second")["status"] == "InService"
    assert aws.calls.count("UpdateEndpoint") == 1
    assert promote(api, aws, jobs[2], "second")["error"]["code"] == "BatchIdReused"


@pytest.mark.parametrize("options", [7, [], "force", {"force": 1}, {"force": True, "also": 1}])
def test_options_that_say_nothing_are_refused(api, aws, jobs, options):
    error = promote(api, aws, jobs[0], "first", options)["error"]
    assert error["code"] == "InvalidOptions"
    assert not aws.names("endpoint")


def test_a_row_may_leave_the_options_out_but_no_more(api, aws, jobs):
    reply = api.post("/promote", [[0, "films"]])
    assert (reply.status, reply.code) == (400, "InvalidBatch")
    reply = api.post("/promote", [[0, "films", jobs[0], None, None]])
    assert (reply.status, reply.code) == (400, "InvalidBatch")


@pytest.mark.parametrize(
    ("job", "code"),
    [("nonsense", "ArtifactRefused"), (f"{PREFIX}-{'0' * 24}", "UnknownTrainingJob")],
)
def test_what_cannot_be_deployed_cannot_be_promoted(api, aws, job, code):
    assert promote(api, aws, job, "first")["error"]["code"] == code
    assert aws.groups == {}


@pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
def test_two_requests_at_once_make_one_version(api, aws, jobs):
    aws.late_faults["CreateModelPackage"] = [Killed()]
    with pytest.raises(Killed):
        deploy(api, aws, jobs[0], "first")
    assert deploy(api, aws, jobs[0], "first").value["status"] == "InService"
    assert len(aws.groups[GROUP]) == 1


def test_a_group_that_somebody_changes_is_waited_for(api, aws, jobs):
    aws.fail("UpdateModelPackage", "ConflictException", "There was a conflict.")
    assert api.post("/deploy", [[0, "films", jobs[0]]], batch="first").status == 429
    assert deploy(api, aws, jobs[0], "first").value["status"] == "InService"


def test_a_deployment_that_nobody_polls_is_registered_by_the_next_change(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[1], "second")
    api.post("/roll-back", [[0, "films"]], batch="back")
    aws.settle(ENDPOINT)
    assert promote(api, aws, jobs[1], "third")["status"] == "Refused"
    assert states(api) == [(2, "Removed", "rolled back"), (1, "Serving", "deployed")]


def test_a_version_that_failed_to_come_into_service_stays_in_the_registry(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    api.post("/deploy", [[0, "films", jobs[1]]], batch="second")
    aws.settle(ENDPOINT, "rolled back", FailureReason="No capacity.")
    assert api.get("/deploy", batch="second").value["error"]["code"] == "DeploymentFailed"
    assert states(api)[0] == (2, "Removed", "deployed")


@pytest.mark.parametrize("between", ["deploy", "undeploy"])
def test_a_late_request_brings_no_old_version_back(api, aws, jobs, between):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[1], "second")
    roll_back(api, aws, "back")
    if between == "deploy":
        for number, job in enumerate(jobs[2:]):
            deploy(api, aws, job, f"later {number}")
    else:
        api.post("/undeploy", [[0, "films"]], batch="gone")
        aws.settle(ENDPOINT)
    before = aws.calls.count("UpdateEndpoint"), aws.calls.count("CreateEndpoint")
    for batch, job in (("first", jobs[0]), ("second", jobs[1])):
        assert api.post("/deploy", [[0, "films", job]], batch=batch).status == 200
    assert api.post("/roll-back", [[0, "films"]], batch="back").status == 200
    assert before == (aws.calls.count("UpdateEndpoint"), aws.calls.count("CreateEndpoint"))


def test_a_version_that_was_rolled_back_is_no_way_back(api, aws, jobs):
    for number, job in enumerate([jobs[0], jobs[1], jobs[0]]):
        deploy(api, aws, job, f"deployment {number}")
    assert roll_back(api, aws, "one")["training_job"] == jobs[1]
    assert roll_back(api, aws, "two")["error"]["code"] == "NoEarlierVersion"
    assert api.post("/roll-back", [[0, "films"]], batch="one").value["training_job"] == jobs[1]


def test_a_version_that_is_rejected_by_hand_is_no_way_back(api, aws, jobs):
    for number, job in enumerate(jobs[:3]):
        deploy(api, aws, job, f"deployment {number}")
    aws.version(GROUP, jobs[1])["ModelApprovalStatus"] = "Rejected"
    assert roll_back(api, aws, "back")["training_job"] == jobs[0]


def test_a_kept_version_whose_model_was_removed_by_hand_is_rolled_back_to(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    deploy(api, aws, jobs[1], "second")
    del aws.resources["model"][jobs[0]]
    assert roll_back(api, aws, "back")["training_job"] == jobs[0]
    assert aws.names("model") == {jobs[0]}


def test_rules_of_an_earlier_decision_are_forgotten(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    worse = aws.trained("f", **FIGURES | {"ndcg_at_10": 0.40})
    assert promote(api, aws, worse, "second")["status"] == "Refused"
    deploy(api, aws, aws.trained("0", **FIGURES | {"ndcg_at_10": 0.40}), "by hand")
    answer = promote(api, aws, worse, "third")
    assert answer["status"] == "InService"
    assert all(rule["passed"] for rule in answer["gate"])


def test_an_endpoint_that_is_gone_lowers_no_limit(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    worse = aws.trained("f", **FIGURES | {"ndcg_at_10": 0.40})
    api.post("/undeploy", [[0, "films"]], batch="gone")
    aws.settle(ENDPOINT)
    answer = promote(api, aws, worse, "second")
    assert answer["status"] == "Refused"
    assert [rule["rule"] for rule in answer["gate"] if not rule["passed"]] == ["ranking"]


def test_a_promotion_is_not_decided_while_another_change_is_under_way(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    api.post("/deploy", [[0, "films", jobs[1]]], batch="second")
    assert api.post("/promote", [[0, "films", jobs[2]]], batch="third").status == 429
    assert [each["training_job"] for each in versions(api)] == [jobs[1], jobs[0]]


def test_what_serves_no_more_may_be_promoted_again(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    aws.only("endpoint")["EndpointStatus"] = "Failed"
    assert api.post("/promote", [[0, "films", jobs[0]]], batch="second").status == 429
    aws.settle(ENDPOINT)
    assert promote(api, aws, jobs[0], "second")["status"] == "InService"


def test_figures_of_a_champion_whose_job_is_gone_are_in_the_registry(api, aws, jobs):
    deploy(api, aws, jobs[0], "first")
    del aws.resources["training-job"][jobs[0]]
    worse = aws.trained("f", **FIGURES | {"ndcg_at_10": 0.40})
    assert promote(api, aws, worse, "second")["status"] == "Refused"
