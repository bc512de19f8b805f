"""Promises of the monitoring stack."""

import json

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
    assert set().union(*map(metric_names, alarms)) == METRICS
    ids = " ".join(deployment.resources("AWS::CloudWatch::Alarm"))
    for part in ("FailedTrainingJobs", "FailedEndpoints", "EndpointErrors", "LatencyP99"):
        assert part in ids


def test_every_alarm_notifies_the_topic_and_ignores_missing_data(deployment):
    for name, alarm in deployment.resources("AWS::CloudWatch::Alarm").items():
        assert alarm["Properties"]["AlarmActions"], name
        assert alarm["Properties"]["TreatMissingData"] == "notBreaching", name


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
    assert prod.the("AWS::SNS::Subscription")["Properties"]["Endpoint"] == "ops@example.com"


def test_the_topic_refuses_plain_http(deployment):
    policies = deployment.resources("AWS::SNS::TopicPolicy").values()
    assert '"aws:SecureTransport": "false"' in json.dumps(list(policies))


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
