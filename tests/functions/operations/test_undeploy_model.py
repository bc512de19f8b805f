"""Undeployments: once for each batch, however often and at whatever moment they are sent."""

import pytest
from aws_fault import Killed
from deployed_models import ENDPOINT, config_of, deploy
from sagemaker_double import PREFIX


def undeploy(api, batch: str = "removal", model: str = "films"):
    return api.post("/undeploy", [[4, model]], batch=batch)


def test_undeployment_removes_everything_of_the_model(api, aws):
    shared, own = aws.trained("a"), aws.trained("b")
    deploy(api, aws, shared, "one", "series")
    deploy(api, aws, own, "two", "films")
    expected = {"status": "Undeployed", "model_name": "films"}
    assert undeploy(api).body == {"data": [[4, expected]]}
    assert aws.living_configs() == {config_of("one"), config_of("removal")}
    assert aws.names("model") == {shared}
    # A retry gets the same answer, while SageMaker is still deleting and afterwards.
    assert undeploy(api).value == expected
    assert undeploy(api, "other").status == 429
    aws.settle(ENDPOINT)
    assert aws.names("endpoint") == {f"{PREFIX}-series"}
    assert undeploy(api).body == {"data": [[4, expected]]}
    error = undeploy(api, "other").value["error"]
    assert error["code"] == "UnknownModel"
    assert "series" in error["message"]
    assert [model["model_name"] for model in api.post("/models", [[0]]).value] == ["series"]


def test_a_repeated_undeployment_leaves_a_later_deployment_alone(api, aws):
    old, new = aws.trained("a"), aws.trained("b")
    deploy(api, aws, old, "first")
    first = undeploy(api).body
    aws.settle(ENDPOINT)
    assert deploy(api, aws, new, "second").value["status"] == "InService"
    assert undeploy(api).body == first
    assert aws.only("endpoint")["EndpointStatus"] == "InService"
    assert aws.living_configs() == {config_of("second"), config_of("removal")}
    assert aws.names("model") == {new}
    assert undeploy(api, "another").value["status"] == "Undeployed"
    aws.settle(ENDPOINT)
    assert not aws.names("endpoint") | aws.names("model")


def test_a_repeated_undeployment_leaves_a_deployment_under_way_alone(api, aws):
    old, new = aws.trained("a"), aws.trained("b")
    deploy(api, aws, old, "first")
    first = undeploy(api).body
    aws.settle(ENDPOINT)
    assert api.post("/deploy", [[0, "films", new]], batch="second").status == 202
    assert undeploy(api).body == first
    aws.settle(ENDPOINT)
    assert api.get("/deploy", batch="second").value["training_job"] == new


def test_the_batch_id_of_an_undeployment_is_refused_for_other_work(api, aws):
    job = aws.trained("a")
    deploy(api, aws, job, "one", "series")
    deploy(api, aws, job, "two", "films")
    undeploy(api)
    aws.settle(ENDPOINT)
    assert undeploy(api, model="series").value["error"]["code"] == "BatchIdReused"
    assert undeploy(api, "one", "series").value["error"]["code"] == "BatchIdReused"
    reply = api.post("/deploy", [[0, "films", job]], batch="removal")
    assert reply.value["error"]["code"] == "BatchIdReused"
    assert api.get("/deploy", batch="removal").status == 404
    assert aws.names("endpoint") == {f"{PREFIX}-series"}


@pytest.mark.parametrize("by", ["deployment", "undeployment"])
def test_receipts_go_a_day_later(api, aws, by):
    job = aws.trained("a")
    for model in ("films", "series", "shorts"):
        deploy(api, aws, job, f"{model}, first", model)
    undeploy(api, "removal of films", "films")
    undeploy(api, "removal of series", "series")
    aws.settle(ENDPOINT)
    aws.resources["endpoint-config"][config_of("removal of films")]["CreationTime"] -= 86_401
    if by == "deployment":
        deploy(api, aws, aws.trained("b"), "shorts, second", "shorts")
    else:
        undeploy(api, "removal of shorts", "shorts")
    assert config_of("removal of films") not in aws.living_configs()
    assert config_of("removal of series") in aws.living_configs()
    assert undeploy(api, "removal of films").value["error"]["code"] == "UnknownModel"


def test_endpoint_without_its_model_or_configuration_can_be_undeployed(api, aws):
    for what in ("model", "endpoint-config"):
        deploy(api, aws, aws.trained("a"), f"deployment without {what}")
        del aws.resources[what][next(iter(aws.names(what)))]
        batch = f"removal without {what}"
        assert undeploy(api, batch).value["status"] == "Undeployed"
        assert aws.only("endpoint")["EndpointStatus"] == "Deleting"
        aws.settle(ENDPOINT)
        assert not aws.living_configs()
        # No receipt can be made without a model.
        assert undeploy(api, batch).value["error"]["code"] == "UnknownModel"


@pytest.mark.parametrize("calls", range(1, 15))
@pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
def test_undeployment_killed_between_any_two_calls_is_ended_by_its_retry(api, aws, calls):
    deploy(api, aws, aws.trained("a"), "first")
    aws.calls.clear()
    aws.killed_after = calls
    try:
        undeploy(api)
    except Killed:
        aws.killed_after = None
    aws.settle(ENDPOINT)
    assert undeploy(api).value == {"status": "Undeployed", "model_name": "films"}
    aws.resources["endpoint"] = {
        name: found
        for name, found in aws.resources["endpoint"].items()
        if found["EndpointStatus"] != "Deleting"
    }
    assert not aws.names("endpoint") | aws.names("model")
    assert aws.living_configs() == {config_of("removal")}
    assert undeploy(api).value == {"status": "Undeployed", "model_name": "films"}


def test_failed_endpoint_can_be_undeployed(api, aws):
    api.post("/deploy", [[0, "films", aws.trained("a")]])
    aws.settle(ENDPOINT, "Failed")
    assert undeploy(api).value["status"] == "Undeployed"
    assert not aws.names("model")
    assert aws.living_configs() == {config_of("removal")}


def test_undeployment_during_an_update_waits(api, aws):
    deploy(api, aws, aws.trained("a"), "first")
    api.post("/deploy", [[0, "films", aws.trained("b")]], batch="second")
    assert api.post("/undeploy", [[0, "films"]], batch="third").status == 429
    assert len(aws.living_configs()) == 2
