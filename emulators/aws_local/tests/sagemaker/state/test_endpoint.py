"""An endpoint's states, moved by hand, and the plan that it is made from."""

import pytest
from aws_local.sagemaker.state import endpoint, endpoint_config, model
from aws_local.sagemaker.state.plan import plan_of
from aws_local.wire.fault import FaultError

SERVERLESS = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
MODEL = model.create(
    {
        "ModelName": "apples",
        "ExecutionRoleArn": "arn:role",
        "PrimaryContainer": {"Image": "image", "ModelDataUrl": "s3://bucket/apples"},
    },
    "arn:model",
    0.0,
)


def plan(name, **variant):
    request = {
        "EndpointConfigName": name,
        "ProductionVariants": [{"VariantName": "all", "ModelName": "apples"} | variant],
    }
    endpoint_config.check_capacity(request, MODEL)
    return plan_of(endpoint_config.create(request, "arn:config", 0.0), MODEL)


FIRST, SECOND = (plan(name, ServerlessConfig=SERVERLESS) for name in ("first", "second"))


@pytest.fixture
def created():
    return endpoint.create({"EndpointName": "shop"}, "arn:shop", FIRST, now=1.0)


@pytest.fixture
def serving(created):
    endpoint.finish_deployment(created, 2.0)
    return created


def test_a_new_endpoint_comes_into_service_with_its_plan(created):
    assert (created["EndpointStatus"], endpoint.is_serving(created)) == ("Creating", False)
    pending = endpoint.shown(created)["PendingDeploymentSummary"]
    assert pending["EndpointConfigName"] == "first"
    endpoint.finish_deployment(created, 2.0)
    shown = endpoint.shown(created)
    assert (shown["EndpointStatus"], shown["LastModifiedTime"]) == ("InService", 2.0)
    assert shown["ProductionVariants"][0]["CurrentServerlessConfig"] == SERVERLESS
    assert not {"PendingDeploymentSummary", "Deployed", "Pending", "Tags"} & set(shown)


def test_a_new_endpoint_that_fails_can_only_be_deleted(created):
    endpoint.fail_deployment(created, "no ping", 2.0)
    assert (created["EndpointStatus"], created["FailureReason"]) == ("Failed", "no ping")
    with pytest.raises(FaultError, match="in status Failed: delete it"):
        endpoint.begin_update(created, SECOND, 3.0)
    endpoint.begin_deletion(created, 4.0)
    assert created["EndpointStatus"] == "Deleting"


def test_an_update_serves_the_old_plan_until_the_new_one_is_up(serving):
    endpoint.begin_update(serving, SECOND, 3.0)
    assert (serving["EndpointStatus"], serving["EndpointConfigName"]) == ("Updating", "first")
    assert endpoint.is_serving(serving)
    endpoint.finish_deployment(serving, 4.0)
    assert (serving["EndpointStatus"], serving["EndpointConfigName"]) == ("InService", "second")


def test_a_failed_update_says_why_until_the_next_one_succeeds(serving):
    endpoint.begin_update(serving, SECOND, 3.0)
    endpoint.fail_deployment(serving, "no ping", 4.0)
    assert (serving["EndpointStatus"], serving["EndpointConfigName"]) == ("InService", "first")
    assert serving["FailureReason"] == "no ping"
    endpoint.begin_update(serving, SECOND, 5.0)
    endpoint.finish_deployment(serving, 6.0)
    assert "FailureReason" not in serving


def test_nothing_begins_while_a_change_is_under_way(created):
    for begin in (
        lambda: endpoint.begin_update(created, SECOND, 2.0),
        lambda: endpoint.begin_deletion(created, 2.0),
    ):
        with pytest.raises(FaultError, match="Cannot update in-progress endpoint"):
            begin()


def test_instances_stay_instances_and_take_larger_payloads(serving):
    instance = plan("instance", InstanceType="ml.m5.large", InitialInstanceCount=1)
    assert endpoint.successor(serving, instance, retain=True) == instance
    other = endpoint.create({"EndpointName": "other"}, "arn:other", instance, 1.0)
    endpoint.finish_deployment(other, 2.0)
    with pytest.raises(FaultError, match="cannot become a serverless one"):
        endpoint.successor(other, SECOND, retain=False)
    assert endpoint.payload_limit(serving) < endpoint.payload_limit(other)


@pytest.mark.parametrize(
    ("variant", "part"),
    [
        ({}, "needs ServerlessConfig or InstanceType"),
        ({"ServerlessConfig": SERVERLESS, "InstanceType": "ml.m5.large"}, "excludes InstanceType"),
        ({"ServerlessConfig": SERVERLESS | {"MemorySizeInMB": 2000}}, "must be one of 1024, "),
    ],
)
def test_a_capacity_that_cannot_be_is_refused(variant, part):
    with pytest.raises(FaultError, match=part):
        plan("wrong", **variant)


def test_a_model_has_one_container():
    with pytest.raises(FaultError, match="one container per model"):
        model.artifact_of({"Containers": [{}]})
