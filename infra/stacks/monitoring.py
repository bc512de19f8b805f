"""Alarms, one topic for all of them, and a dashboard."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk.aws_cloudwatch import (
    Alarm,
    ComparisonOperator,
    Dashboard,
    GraphWidget,
    IMetric,
    TreatMissingData,
)
from aws_cdk.aws_cloudwatch_actions import SnsAction
from aws_cdk.aws_events import EventField, EventPattern, Match, Rule, RuleTargetInput
from aws_cdk.aws_events_targets import SnsTopic
from aws_cdk.aws_sns import Topic
from aws_cdk.aws_sns_subscriptions import EmailSubscription
from constructs import Construct

from functions.routes import LambdaName
from infra.constructs.gateway import Gateway
from infra.constructs.lambda_function import LambdaFunction
from infra.constructs.metrics import api_metrics, busy_metrics, matched_events
from infra.constructs.nag import acknowledge
from infra.settings.model import Settings


class MonitoringStack(Stack):
    """Tells people when something is wrong, and shows how things are."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        gateway: Gateway,
        functions: Mapping[LambdaName, LambdaFunction],
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        self._topic = Topic(self, "Alarms", enforce_ssl=True)
        if settings.monitoring.alarm_email:
            self._topic.add_subscription(EmailSubscription(settings.monitoring.alarm_email))
            reason = "A mail that is lost leaves its alarm on the dashboard."
            acknowledge(self._topic, {"Serverless-SNSRedrivePolicy": reason})
        metrics = api_metrics(settings.prefix, gateway, functions)
        metrics |= self._failures(settings.prefix)
        limits = {"LatencyP99": settings.monitoring.p99_milliseconds}
        for name, metric in metrics.items():
            self._alarm(name, metric, limits.get(name, 0))
        _dashboard(self, metrics | busy_metrics(settings.prefix, gateway))
        CfnOutput(self, "AlarmTopicArn", value=self._topic.topic_arn)

    def _alarm(self, name: str, metric: IMetric, limit: int) -> None:
        alarm = Alarm(
            self,
            name,
            metric=metric,
            threshold=limit,
            evaluation_periods=1,
            comparison_operator=ComparisonOperator.GREATER_THAN_THRESHOLD,
            # nobody asked anything: that is no fault
            treat_missing_data=TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(SnsAction(self._topic))

    def _failures(self, prefix: str) -> dict[str, IMetric]:
        """Failures that SageMaker announces; the topic gets the reason, the alarm counts them."""
        job = self._rule("FailedTrainingJob", "TrainingJob", prefix, ["Failed"])
        # The event's documentation and SageMaker's API write the states differently.
        failed = ["FAILED", "Failed", "UPDATE_ROLLBACK_FAILED", "UpdateRollbackFailed"]
        endpoint = self._rule("FailedEndpoint", "Endpoint", prefix, failed)
        return {
            "FailedTrainingJobs": matched_events(job),
            "FailedEndpoints": matched_events(endpoint),
        }

    def _rule(self, name: str, kind: str, prefix: str, states: list[str]) -> Rule:
        words = {"TrainingJob": "Training Job", "Endpoint": "Endpoint"}[kind]
        rule = Rule(
            self,
            name,
            event_pattern=EventPattern(
                source=["aws.sagemaker"],
                detail_type=[f"SageMaker {words} State Change"],
                detail={f"{kind}Name": Match.prefix(f"{prefix}-"), f"{kind}Status": states},
            ),
        )
        resource = EventField.from_path(f"$.detail.{kind}Name")
        reason = EventField.from_path("$.detail.FailureReason")
        message = RuleTargetInput.from_text(f"{words} {resource} failed: {reason}")
        acknowledge(
            rule,
            {"Serverless-EventBusDLQ": "What is not delivered raises the alarm, too."},
        )
        rule.add_target(SnsTopic(self._topic, message=message))
        return rule


def _dashboard(scope: Construct, metrics: Mapping[str, IMetric]) -> None:
    dashboard = Dashboard(scope, "Dashboard")
    widgets = [GraphWidget(title=name, left=[metric], width=8) for name, metric in metrics.items()]
    for start in range(0, len(widgets), 3):
        dashboard.add_widgets(*widgets[start : start + 3])
