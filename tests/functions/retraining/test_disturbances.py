"""Runs that people and faults disturb: what must not serve does not, and the message is true."""

import pytest
from aws_fault import AwsError
from deployed_models import ENDPOINT
from model_container import score
from nights import GOOD

pytestmark = pytest.mark.thorough

BETTER = GOOD | {"ndcg_at_10": 0.5}
CANDIDATE = f"{ENDPOINT}--candidate"


def wrong(endpoint, payload):
    """Replies of candidates that know no estimate."""
    reply = score(endpoint, payload)
    if endpoint == CANDIDATE and "estimates" in reply:
        reply["estimates"][0] = None
    return reply


def once(action, when):
    """Called at each wait: the action, the first time that something holds."""
    done: list[object] = []

    def look():
        if not done and when():
            done.append(action())

    return look


def change(api, nights, path, row, batch):
    api.post(path, [[0, "films", *row]], batch=batch)
    nights.aws.settle(ENDPOINT)
    return api.get(path, batch=batch).value


def test_what_failed_the_smoke_test_is_not_promoted_by_hand_without_force(nights, api):
    nights.run("one")
    before = nights.serving()
    nights.aws.invocation = wrong
    nights.run("two", BETTER)
    (refused,) = nights.trainings() - {before}
    answer = api.post("/promote", [[0, "films", refused]], batch="by hand").value
    assert answer["status"] == "Refused"
    assert [rule["rule"] for rule in answer["gate"] if not rule["passed"]] == ["wrong_answers"]


def test_a_version_that_is_rolled_back_during_its_run_stays_rolled_back(nights, api):
    nights.run("one")
    before = nights.serving()

    def promote_and_roll_back():
        (new,) = nights.trainings() - {before}
        nights.aws.settle(CANDIDATE)
        assert change(api, nights, "/promote", [new, {"force": True}], "up")["status"]
        assert change(api, nights, "/roll-back", [], "down")["rolled_back"] == new

    meanwhile = once(promote_and_roll_back, lambda: CANDIDATE in nights.aws.names("endpoint"))
    outcome = nights.run("two", BETTER, meanwhile)
    assert outcome["status"] == "Refused"
    assert nights.serving() == before


def test_a_model_that_is_undeployed_during_the_run_stays_undeployed(nights, api):
    nights.run("one")

    def undeploy():
        api.post("/undeploy", [[0, "films"]], batch="gone")
        nights.aws.settle(ENDPOINT)

    outcome = nights.run("two", BETTER, once(undeploy, lambda: len(nights.trainings()) == 2))
    assert outcome["status"] == "Refused"
    assert "was undeployed during the run" in outcome["message"]
    assert nights.serving() is None


def test_what_a_stopped_run_has_left_goes_with_the_next_one(nights):
    nights.run("one")
    arn = nights.begin("stopped")
    while CANDIDATE not in nights.aws.names("endpoint"):
        assert nights.step_functions.go_on(arn)
        nights.work(GOOD)
    nights.step_functions.executions[arn]["status"] = "ABORTED"
    assert nights.run("next", GOOD | {"ndcg_at_10": 0.2})["status"] == "Refused"
    assert nights.aws.names("endpoint") == {ENDPOINT}


def test_a_candidate_that_only_fails_is_refused_within_minutes(nights):
    nights.run("one")
    before, started = nights.serving(), nights.step_functions.clock

    def broken(endpoint, payload):
        if endpoint == CANDIDATE:
            raise AwsError("ModelError", "no", 424, OriginalStatusCode=500)
        return score(endpoint, payload)

    nights.aws.invocation = broken
    outcome = nights.run("two", BETTER)
    assert outcome["status"] == "Refused"
    assert "the endpoint does not answer" in outcome["message"]
    assert nights.serving() == before
    assert nights.step_functions.clock - started < 3600


def test_a_candidate_with_malformed_answers_is_refused(nights):
    nights.run("one")

    def malformed(endpoint, payload):
        reply = score(endpoint, payload)
        for answer in reply.get("lists", ()) if endpoint == CANDIDATE else ():
            for item in answer["recommendations"]:
                item["estimated_rating"] = None
        return reply

    nights.aws.invocation = malformed
    outcome = nights.run("two", BETTER)
    assert outcome["status"] == "Refused"
    assert "an answer is malformed" in outcome["message"]


def test_a_function_that_goes_after_the_promotion_leaves_the_outcome_as_it_is(nights, monkeypatch):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr("functions.retraining.steps.sentences.with_subject", broken)
    assert nights.run()["status"] == "Promoted"
    (mail,) = nights.mails
    assert "serves version 1" in mail["Message"]
    assert mail["Subject"] == "Snowreel: a run of the nightly loop has ended"


def test_a_refusal_says_that_the_table_holds_its_lists(nights):
    nights.run("one")
    outcome = nights.run("two", GOOD | {"ndcg_at_10": 0.2})
    assert "recommendations holds the lists of the training that was not" in outcome["message"]


@pytest.mark.parametrize("shown_late", [1, 3])
def test_a_run_that_is_not_visible_yet_waits_and_begins(nights, shown_late):
    gone = AwsError("ExecutionDoesNotExist", "Execution Does Not Exist")
    nights.step_functions.faults["DescribeExecution"] = [gone] * shown_late
    assert nights.run()["status"] == "Promoted"
