"""Alarms, one topic for all of them, and a dashboard."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.constructs.alarms import alarm, alarm_topic, failure_metrics
from infra.constructs.dashboard import dashboard
from infra.constructs.metrics import api_metrics, busy_metrics, drift_metric
from infra.settings.settings import Settings


class MonitoringStack(Stack):
    """Alarms, their topic and a dashboard."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        function_names: Sequence[str],
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        topic = alarm_topic(self, "Alarms", settings.monitoring.alarm_email)
        metrics = api_metrics(settings.prefix, function_names)
        metrics |= failure_metrics(self, settings.prefix, topic)
        if settings.retraining:
            metrics["Drifts"] = drift_metric(settings.prefix)
        limits = {"LatencyP99": settings.monitoring.p99_milliseconds}
        for name, metric in metrics.items():
            alarm(self, name, metric=metric, limit=limits.get(name, 0), to=topic)
        dashboard(self, "Dashboard", metrics | busy_metrics(settings.prefix))
        CfnOutput(self, "AlarmTopicArn", value=topic.topic_arn)
