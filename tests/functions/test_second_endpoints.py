"""Second endpoints: beside a model's own, no models themselves, and gone with it."""

import re
import time

import pytest
from aws_fault import Killed
from deployed_models import ENDPOINT, config_of, deploy
from sagemaker_double import PREFIX

from functions import names
from functions.deadline import Deadline
from functions.deployment import Deployments
from functions.deployment_request import SecondEndpointRequest
from functions.errors import BusyError, RefusedError
from functions.sagemaker.client import BoundedCalls
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.endpoints import Endpoints
from functions.sagemaker.inference import InferenceRequest
from functions.second_endpoints import SecondEndpoints
from functions.settings import deploy_settings

CANDIDATE, CHALLENGER = f"{ENDPOINT}--candidate", f"{ENDPOINT}--challenger"
#: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
#: The longest that a stack may have.
LONG_PREFIX = "snowreel-" + "e" * 11


def second(kind="candidate"):
    deployments = Deployments(ControlPlane(BoundedCalls(Deadline())), deploy_settings())
    return SecondEndpoints(deployments=deployments, kind=kind)


def request(job, batch="test", kind="candidate", model="films"):
    return SecondEndpointRequest(
        batch_id=batch, row=0, kind=kind, model_name=model, training_job=job
    )


def bring_up(aws, job, batch="test", kind="candidate"):
    config = second(kind).begin(request(job, batch, kind))
    assert not second(kind).advance(config)
    aws.settle(names.endpoint_name(PREFIX, names.second_variant(kind, "films")))
    assert second(kind).advance(config)
    return config


def settle_all(aws):
    for name in aws.names("endpoint"):
        aws.settle(name)


@pytest.fixture
def jobs(api, aws):
    """Two trainings; the model films serves the first."""
    found = [aws.trained("a"), aws.trained("b")]
    deploy(api, aws, found[0], "first")
    return found


@pytest.mark.parametrize("kind", names.SECOND_KINDS)
def test_the_longest_names_fit_and_no_two_are_the_same(kind):
    models = ["a", "films", "m" * 39, "m" * 40, "m" * 38 + "-1", "m" * 38 + "-2"]
    for prefix in (PREFIX, LONG_PREFIX):
        found = [names.endpoint_name(prefix, each) for m in models for each in names.variants(m)]
        assert len({name.lower() for name in found}) == 3 * len(models)
        assert all(NAME.fullmatch(name) for name in found)
        assert all(NAME.fullmatch(names.second_variant(kind, model)) for model in models)
    assert all(NAME.fullmatch(names.receipt_variant(names.second_variant(kind, m))) for m in models)


def test_a_second_endpoint_serves_beside_the_model(aws, jobs):
    config = bring_up(aws, jobs[1])
    assert (config.model_name, config.training_job) == ("films", jobs[1])
    assert aws.names("endpoint") == {ENDPOINT, CANDIDATE}
    asked = InferenceRequest(
        model_name="films",
        kind="candidate",
        operation="estimate",
        columns={"user_ids": ["1"], "item_ids": ["2"]},
        weights=[1],
        most_per_call=10,
        answer_bytes=10,
    )
    Endpoints(Deadline()).invoke(PREFIX, [asked])
    assert [endpoint for endpoint, _ in aws.payloads] == [CANDIDATE]
    second().remove("films")
    aws.settle(CANDIDATE)
    (refused,) = Endpoints(Deadline()).invoke(PREFIX, [asked])
    assert str(refused) == "No candidate of films is deployed; deployed: films."


def test_it_is_no_model_of_its_own(api, aws, jobs):
    bring_up(aws, jobs[1])
    bring_up(aws, jobs[1], "challenge", "challenger")
    assert [model["model_name"] for model in api.post("/models", [[0]]).value] == ["films"]
    assert [each["training_job"] for each in api.post("/model-versions", [[0, "films"]]).value] == [
        jobs[0]
    ]
    for name in ("films--candidate", "Candidate-films"):
        error = api.post("/invoke-details", [[0, name, "1", "2"]]).value["error"]
        assert error["code"] == "InvalidModelName"
    error = api.post("/undeploy", [[0, "series"]], batch="none").value["error"]
    assert error["message"] == "No model 'series' is deployed; deployed: films."


@pytest.mark.parametrize("path", ["/deploy", "/promote", "/roll-back"])
def test_its_batch_is_none_of_the_models_changes(api, aws, jobs, path):
    bring_up(aws, jobs[1])
    assert api.get(path, batch="test").status == 404
    error = api.post("/deploy", [[0, "films", jobs[1]]], batch="test").value["error"]
    assert error["code"] == "BatchIdReused"


def test_changes_of_the_model_leave_it_alone_and_it_them(api, aws, jobs):
    bring_up(aws, jobs[1])
    for letter in "cdef":
        deploy(api, aws, aws.trained(letter), f"deployment of {letter}")
    assert {config_of("test"), config_of("deployment of f")} <= aws.living_configs()
    assert jobs[1] in aws.names("model")
    deploy(api, aws, jobs[1], "the candidate's")
    kept = aws.living_configs()
    second().remove("films")
    assert aws.living_configs() == kept - {config_of("test")}
    assert jobs[1] in aws.names("model"), "the model serves"


def test_what_is_removed_is_gone_and_its_batch_stays_so(aws, jobs):
    config = bring_up(aws, jobs[1])
    for _ in range(2):
        second().remove("films")
    aws.settle(CANDIDATE)
    second().remove("films")
    assert aws.names("endpoint") == {ENDPOINT}
    assert aws.living_configs() == {config_of("first")}
    assert aws.names("model") == {jobs[0]}
    aws.tags[config.arn].pop("snowreel:served")
    with pytest.raises(RefusedError, match=r"The candidate of films was not changed"):
        second().advance(second().begin(request(jobs[1])))
    assert aws.names("endpoint") == {ENDPOINT}


def test_a_later_batch_takes_the_place_of_what_was_left(aws, jobs):
    bring_up(aws, jobs[1], "left")
    other = aws.trained("c")
    for _ in range(2):
        with pytest.raises(BusyError, match="An earlier candidate of films is being removed"):
            second().begin(request(other, "later"))
    aws.settle(CANDIDATE)
    bring_up(aws, other, "later")
    assert aws.living_configs() == {config_of("first"), config_of("later")}
    assert aws.names("model") == {jobs[0], other}


def test_of_two_at_once_the_second_is_told_that_it_was_overtaken(aws, jobs):
    one, two = (second().begin(request(jobs[1], batch)) for batch in ("one", "two"))
    assert not second().advance(one)
    with pytest.raises(BusyError):
        second().advance(two)
    aws.settle(CANDIDATE)
    with pytest.raises(RefusedError, match="another change of it came first"):
        second().advance(two)
    assert second().advance(one)
    assert aws.living_configs() == {config_of("first"), config_of("one")}


def test_a_failure_has_its_reason_and_can_be_removed(aws, jobs):
    config = second().begin(request(jobs[1]))
    second().advance(config)
    with pytest.raises(BusyError):
        second().remove("films")
    aws.settle(CANDIDATE, "Failed", FailureReason="The container died.")
    with pytest.raises(
        RefusedError, match=r"endpoint of the candidate of films failed: The cont"
    ) as found:
        second().advance(config)
    assert found.value.code == "DeploymentFailed"
    second().remove("films")
    assert aws.names("model") == {jobs[0]}


def test_a_quota_leaves_nothing_of_it(aws, jobs):
    aws.fail("CreateEndpoint", "ResourceLimitExceeded", "Too many.")
    config = second().begin(request(jobs[1]))
    with pytest.raises(RefusedError, match="so the candidate of films was not deployed"):
        second().advance(config)
    assert aws.living_configs() == {config_of("first")}
    assert aws.names("model") == {jobs[0]}


def test_another_request_under_the_same_batch_is_refused(aws, jobs):
    bring_up(aws, jobs[1])
    with pytest.raises(RefusedError, match="with other arguments"):
        second().begin(request(jobs[0]))
    with pytest.raises(RefusedError, match="with other arguments"):
        second("challenger").begin(request(jobs[1], kind="challenger"))


@pytest.mark.parametrize("calls", range(1, 24))
def test_killed_between_any_two_calls_it_ends_well(aws, jobs, calls):
    aws.calls.clear()
    aws.killed_after = calls
    try:
        bring_up(aws, jobs[1])
        second().remove("films")
    except Killed:
        pass
    aws.killed_after = None
    settle_all(aws)
    second().begin(request(jobs[1]))
    second().remove("films")
    settle_all(aws)
    assert aws.names("endpoint") == {ENDPOINT}
    assert aws.living_configs() == {config_of("first")}
    assert aws.names("model") == {jobs[0]}


def test_undeployment_removes_it_with_the_model(api, aws, jobs):
    bring_up(aws, jobs[1])
    bring_up(aws, jobs[1], "challenge", "challenger")
    for _ in range(2):
        assert api.post("/undeploy", [[0, "films"]], batch="removal").value == {
            "status": "Undeployed",
            "model_name": "films",
        }
    settle_all(aws)
    assert not aws.names("endpoint") | aws.names("model")
    assert aws.living_configs() == {config_of("removal")}


def test_undeployment_waits_while_it_is_being_created(api, aws, jobs):
    second().advance(second().begin(request(jobs[1])))
    assert api.post("/undeploy", [[0, "films"]], batch="removal").status == 429
    assert aws.resources["endpoint"][ENDPOINT]["EndpointStatus"] == "InService"


def test_a_late_undeployment_leaves_what_came_after_it(api, aws, jobs):
    api.post("/undeploy", [[0, "films"]], batch="removal")
    aws.settle(ENDPOINT)
    deploy(api, aws, jobs[0], "again")
    bring_up(aws, jobs[1])
    api.post("/undeploy", [[0, "films"]], batch="removal")
    states = {each["EndpointStatus"] for each in aws.resources["endpoint"].values()}
    assert states == {"InService"}


def test_a_second_endpoint_that_outlived_its_model_can_be_undeployed(api, aws, jobs):
    bring_up(aws, jobs[1])
    del aws.resources["endpoint"][ENDPOINT]
    assert api.post("/undeploy", [[0, "films"]], batch="removal").value["status"] == "Undeployed"
    aws.settle(CANDIDATE)
    assert not aws.names("endpoint")


def test_its_receipt_goes_a_day_later(aws, jobs):
    bring_up(aws, jobs[1])
    second().remove("films")
    aws.settle(CANDIDATE)
    assert config_of("test") in aws.names("endpoint-config")
    aws.resources["endpoint-config"][config_of("test")]["CreationTime"] = time.time() - 86_401
    bring_up(aws, jobs[1], "later")
    assert config_of("test") not in aws.names("endpoint-config")
