"""Promises about endpoints with instances: they scale, and serverless ones need nothing."""

import json

from functions.lambdas import HANDLERS

SCALER = "functions.endpoint_scaling.handler.handler"


def functions(deployment):
    return {
        function["Properties"]["Handler"]: function["Properties"]
        .get("Environment", {})
        .get("Variables", {})
        for function in deployment.resources("AWS::Lambda::Function", "Api").values()
    }


def test_serverless_is_the_default_and_scales_by_itself(dev):
    assert SCALER not in functions(dev)
    deploy = functions(dev)[HANDLERS["deploy"]]
    assert deploy["SNOWREEL_INFERENCE_INSTANCE_TYPE"] == ""
    assert not dev.resources("AWS::Events::Rule", "Api")


def test_instances_are_a_setting_and_scale_between_their_limits(prod):
    deploy = functions(prod)[HANDLERS["deploy"]]
    assert deploy["SNOWREEL_INFERENCE_INSTANCE_TYPE"] == "ml.m5.large"
    assert deploy["SNOWREEL_INFERENCE_MIN_INSTANCES"] == "2"
    assert functions(prod)[SCALER] == {
        "MIN_INSTANCES": "2",
        "MAX_INSTANCES": "6",
        "INVOCATIONS_PER_MINUTE": "600",
    }


def test_only_our_endpoints_are_announced_to_the_scaler(prod):
    pattern = prod.the("AWS::Events::Rule", "Api")["Properties"]["EventPattern"]
    assert pattern["detail"]["EndpointName"] == [{"prefix": "snowreel-prod-"}]
    assert {"IN_SERVICE", "DELETING"} <= set(pattern["detail"]["EndpointStatus"])


def as_list(value):
    return value if isinstance(value, list) else [value]


def allowed(cloud):
    """Action to the resources that the scaler may use it on."""
    return {
        action: json.dumps(statement["Resource"])
        for name, statement in cloud.statements()
        if name.startswith("Api/EndpointScaling")
        for action in as_list(statement["Action"])
    }


def test_the_scaler_has_every_right_that_application_auto_scaling_borrows(prod):
    """https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html"""
    rights = allowed(prod)
    for action in ("sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"):
        assert ":endpoint/snowreel-prod-*" in rights[action]
    assert ":endpoint-config/snowreel-prod-*" in rights["sagemaker:DescribeEndpointConfig"]
    for action in ("PutMetricAlarm", "DescribeAlarms", "DeleteAlarms"):
        alarms = rights[f"cloudwatch:{action}"]
        assert ":alarm:TargetTracking-endpoint/snowreel-prod-*" in alarms
    for action in ("RegisterScalableTarget", "PutScalingPolicy", "DeregisterScalableTarget"):
        assert "scalable-target/*" in rights[f"application-autoscaling:{action}"]
    assert "iam:CreateServiceLinkedRole" in rights


def test_the_scaler_may_scale_sagemaker_alone(prod):
    texts = [
        json.dumps(statement)
        for name, statement in prod.statements()
        if name.startswith("Api/EndpointScaling")
    ]
    scaling = [text for text in texts if "application-autoscaling:Register" in text]
    assert len(scaling) == 1
    assert '"application-autoscaling:service-namespace": "sagemaker"' in scaling[0]
