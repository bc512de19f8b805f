"""Promises of the monitoring stack."""

import json

import pytest

from functions import telemetry
from infra.constructs.metrics import NAMESPACE

METRICS = {"Errors", "Throttles", "5XXError", "Latency", "MatchedEvents"}


def metric_names(alarm):
    properties = alarm["Properties"]
    if "MetricName" in properties:
        return {properties["MetricName"]}
    stats = [m["MetricStat"] for m in properties["Metrics"] if "MetricStat" in m]
    return {stat["Metric"]["MetricName"] for stat in stats}


def test_errors_throttles_latency_jobs_and_endpoints_have_alarms(deployment):
    alarms = deployment.resources("AWS::CloudWatch::Alarm").values()
    assert set().union(*map(metric_names, alarms)) - {telemetry.DRIFTS} == METRICS
    ids = " ".join(deployment.resources("AWS::CloudWatch::Alarm"))
    for part in ("FailedTrainingJobs", "FailedEndpoints", "EndpointErrors", "LatencyP99"):
        assert part in ids


def test_drift_has_an_alarm_where_the_loop_counts_it(dev, prod):
    def alarms(cloud):
        return [name for name in cloud.resources("AWS::CloudWatch::Alarm") if "Drifts" in name]

    assert (len(alarms(dev)), len(alarms(prod))) == (0, 1)
    alarm = prod.resources("AWS::CloudWatch::Alarm")[alarms(prod)[0]]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (NAMESPACE, telemetry.DRIFTS)
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "snowreel-prod"}]


def test_every_alarm_notifies_the_topic_and_ignores_missing_data(deployment):
    for name, alarm in deployment.resources("AWS::CloudWatch::Alarm").items():
        assert alarm["Properties"]["AlarmActions"], name
        assert alarm["Properties"]["TreatMissingData"] == "notBreaching", name


def test_the_failures_of_every_function_that_works_unasked_raise_an_alarm(dev, prod):
    """The functions that scale endpoints and retrain answer nobody: only their metrics tell."""
    assert len(watched(dev)) == 3
    assert len(watched(prod)) == 5
    assert any("snowreel-prod-endpoint-scaler" in name for name in watched(prod))


def watched(cloud):
    """Functions whose errors the alarm adds up."""
    (alarm,) = (
        alarm
        for name, alarm in cloud.resources("AWS::CloudWatch::Alarm").items()
        if "FunctionErrors" in name
    )
    stats = [m["MetricStat"] for m in alarm["Properties"]["Metrics"] if "MetricStat" in m]
    return [json.dumps(stat["Metric"]["Dimensions"]) for stat in stats]


def test_the_p99_alarm_has_the_limit_of_the_settings(dev):
    (alarm,) = (
        alarm["Properties"]
        for alarm in dev.resources("AWS::CloudWatch::Alarm").values()
        if alarm["Properties"].get("ExtendedStatistic") == "p99"
    )
    assert alarm["Threshold"] == 10_000


def test_failures_below_the_prefix_are_notified_with_their_reason(dev):
    rules = dev.resources("AWS::Events::Rule").values()
    assert len(rules) == 2
    for rule in rules:
        pattern = rule["Properties"]["EventPattern"]
        assert pattern["source"] == ["aws.sagemaker"]
        assert {"prefix": "snowreel-dev-"} in pattern["detail"][next(iter(pattern["detail"]))]
        (target,) = rule["Properties"]["Targets"]
        assert "$.detail.FailureReason" in json.dumps(target["InputTransformer"])


def test_mail_is_sent_only_where_an_address_is_given(dev, prod):
    assert not dev.resources("AWS::SNS::Subscription")
    assert (
        prod.the("AWS::SNS::Subscription", "Monitoring")["Properties"]["Endpoint"]
        == "ops@example.com"
    )


def test_the_topic_refuses_plain_http(deployment):
    policies = deployment.resources("AWS::SNS::TopicPolicy").values()
    assert '"aws:SecureTransport": "false"' in json.dumps(list(policies))


def allowed_publishers(deployment, topic):
    """Statements of the topic's policy that let a service publish, by service."""
    return {
        statement["Principal"]["Service"]: statement
        for policy in deployment.resources("AWS::SNS::TopicPolicy").values()
        if topic in policy["Properties"]["Topics"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and statement["Action"] == "sns:Publish"
    }


def test_alarms_may_publish_to_the_topic_that_they_notify(deployment):
    """Without the statement an alarm fires, its history says so, and nobody is told."""
    topics = [
        action
        for alarm in deployment.resources("AWS::CloudWatch::Alarm").values()
        for action in alarm["Properties"]["AlarmActions"]
    ]
    exported = deployment.resources("AWS::SNS::Topic", "Monitoring")
    for topic in topics:
        assert f"Monitoring/{topic['Ref']}" in exported
        statement = allowed_publishers(deployment, topic)["cloudwatch.amazonaws.com"]
        assert statement["Resource"] == topic
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"]
        source = json.dumps(statement["Condition"]["ArnLike"]["aws:SourceArn"])
        assert "cloudwatch" in source
        assert ":alarm:*" in source


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_apis_metrics_are_those_of_this_deployment_alone(environment, request):
    """CloudWatch knows an API by its name, which is CDK's `Api` unless one is given."""
    deployment = request.getfixturevalue(environment)
    prefix = f"snowreel-{environment}"
    assert deployment.the("AWS::ApiGateway::RestApi")["Properties"]["Name"] == prefix
    stage = deployment.the("AWS::ApiGateway::Stage")["Properties"]["StageName"]
    own = {"ApiName": prefix, "Stage": stage}
    found = [
        {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        for metric in metrics_of_alarms(deployment)
        if metric["Namespace"] == "AWS/ApiGateway"
    ]
    assert len(found) == 2
    assert all(dimensions == own for dimensions in found), found


def metrics_of_alarms(deployment):
    for alarm in deployment.resources("AWS::CloudWatch::Alarm").values():
        properties = alarm["Properties"]
        if "MetricName" in properties:
            yield properties
        for item in properties.get("Metrics", ()):
            if "MetricStat" in item:
                yield item["MetricStat"]["Metric"]


def test_there_is_a_dashboard(deployment):
    assert "metrics" in json.dumps(deployment.the("AWS::CloudWatch::Dashboard")["Properties"])


def test_the_alarms_look_at_metrics_that_the_functions_write(deployment):
    """EMF of a real request, held against the alarms' namespace, dimensions and names."""
    telemetry.write(telemetry.RequestRecord(sql_function="invoke_model", request_id="r"))
    written = telemetry.metrics.serialize_metric_set()
    telemetry.metrics.clear_metrics()
    (shape,) = written["_aws"]["CloudWatchMetrics"]
    names = {metric["Name"] for metric in shape["Metrics"]}
    (dimensions,) = shape["Dimensions"]
    assert shape["Namespace"] == NAMESPACE
    for alarm in deployment.resources("AWS::CloudWatch::Alarm").values():
        for item in alarm["Properties"].get("Metrics", ()):
            metric = item.get("MetricStat", {}).get("Metric", {})
            if metric.get("Namespace") == NAMESPACE:
                assert metric["MetricName"] in names
                assert {d["Name"] for d in metric["Dimensions"]} == set(dimensions)
