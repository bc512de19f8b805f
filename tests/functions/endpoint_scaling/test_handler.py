"""An announced endpoint is registered with Application Auto Scaling, and forgotten when it goes."""

import boto3
import pytest
from moto import mock_aws

from functions.endpoint_scaling import handler as module
from functions.endpoint_scaling.handler import handler

NAME = "snowreel-prod-films"
RESOURCE = f"endpoint/{NAME}/variant/films"


@pytest.fixture(autouse=True)
def aws(monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "MIN_INSTANCES": "2",
        "MAX_INSTANCES": "6",
        "INVOCATIONS_PER_MINUTE": "600",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        module._client.cache_clear()
        make_endpoint(boto3.client("sagemaker"))
        yield
    module._client.cache_clear()


def make_endpoint(sagemaker):
    role = "arn:aws:iam::123456789012:role/inference"
    sagemaker.create_model(
        ModelName="job", PrimaryContainer={"Image": "image"}, ExecutionRoleArn=role
    )
    variant = {
        "VariantName": "films",
        "ModelName": "job",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 2,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="config", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName="config")


def announce(status):
    handler({"detail": {"EndpointName": NAME, "EndpointStatus": status}}, None)


def targets():
    client = boto3.client("application-autoscaling")
    found = client.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    return [(item["ResourceId"], item["MinCapacity"], item["MaxCapacity"]) for item in found]


@pytest.mark.parametrize("status", ["IN_SERVICE", "InService"])
def test_an_endpoint_in_service_scales_between_its_limits(status):
    announce(status)
    assert targets() == [(RESOURCE, 2, 6)]
    (policy,) = boto3.client("application-autoscaling").describe_scaling_policies(
        ServiceNamespace="sagemaker"
    )["ScalingPolicies"]
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 600
    metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert metric == "SageMakerVariantInvocationsPerInstance"


def test_a_second_endpoint_scales_by_itself():
    sagemaker, name, variant = boto3.client("sagemaker"), f"{NAME}--challenger", "Challenger-films"
    config = sagemaker.describe_endpoint_config(EndpointConfigName="config")
    variants = [config["ProductionVariants"][0] | {"VariantName": variant}]
    sagemaker.create_endpoint_config(EndpointConfigName="second", ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName="second")
    handler({"detail": {"EndpointName": name, "EndpointStatus": "IN_SERVICE"}}, None)
    assert targets() == [(f"endpoint/{name}/variant/{variant}", 2, 6)]


def test_an_announcement_may_come_twice():
    announce("IN_SERVICE")
    announce("IN_SERVICE")
    assert targets() == [(RESOURCE, 2, 6)]


def test_an_endpoint_that_goes_is_forgotten():
    announce("IN_SERVICE")
    announce("DELETING")
    assert targets() == []


def test_a_target_that_is_deregistered_already_is_no_fault(monkeypatch):
    # moto has another error for it than AWS
    scaling = module._client("application-autoscaling")

    def missing(**_):
        raise scaling.exceptions.ObjectNotFoundException({"Error": {}}, "DeregisterScalableTarget")

    monkeypatch.setattr(scaling, "deregister_scalable_target", missing)
    announce("DELETING")
