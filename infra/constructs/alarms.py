"""Alarms, the topic that all of them go to, and the failures that SageMaker announces."""

from aws_cdk import ArnFormat, Stack
from aws_cdk.aws_cloudwatch import Alarm, ComparisonOperator, IMetric, TreatMissingData
from aws_cdk.aws_cloudwatch_actions import SnsAction
from aws_cdk.aws_events import EventField, EventPattern, Match, Rule, RuleTargetInput
from aws_cdk.aws_events_targets import SnsTopic
from aws_cdk.aws_iam import PolicyStatement, ServicePrincipal
from aws_cdk.aws_sns import Topic
from constructs import Construct

from infra.constructs.mailed_topic import mailed_topic
from infra.constructs.metrics import matched_events
from infra.constructs.nag import acknowledge

#: Kind of a resource, as events name it, to the states in which it failed. The events'
#: documentation and SageMaker's API write the states of endpoints differently.
_FAILED_STATES = {
    "TrainingJob": ["Failed"],
    "Endpoint": ["FAILED", "Failed", "UPDATE_ROLLBACK_FAILED", "UpdateRollbackFailed"],
}
_WORDS = {"TrainingJob": "Training Job", "Endpoint": "Endpoint"}


def alarm_topic(scope: Construct, construct_id: str, email: str | None) -> Topic:
    """A topic, and the address that its messages are sent to, if there is one."""
    lost = "A mail that is lost leaves its alarm on the dashboard."
    topic = mailed_topic(scope, construct_id, email, lost=lost)
    topic.add_to_resource_policy(_publish_alarms(topic))
    return topic


def _publish_alarms(topic: Topic) -> PolicyStatement:
    """The right of this account's alarms to publish, which no action of an alarm brings along.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    stack = Stack.of(topic)
    alarms = stack.format_arn(
        service="cloudwatch",
        resource="alarm",
        resource_name="*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    return PolicyStatement(
        sid="PublishAlarms",
        principals=[ServicePrincipal("cloudwatch.amazonaws.com")],
        actions=["sns:Publish"],
        resources=[topic.topic_arn],
        conditions={
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {"aws:SourceArn": alarms},
        },
    )


def alarm(scope: Construct, construct_id: str, *, metric: IMetric, limit: int, to: Topic) -> None:
    """An alarm that one period above the limit raises."""
    raised = Alarm(
        scope,
        construct_id,
        metric=metric,
        threshold=limit,
        evaluation_periods=1,
        comparison_operator=ComparisonOperator.GREATER_THAN_THRESHOLD,
        # nobody asked anything: that is no fault
        treat_missing_data=TreatMissingData.NOT_BREACHING,
    )
    raised.add_alarm_action(SnsAction(to))


def failure_metrics(scope: Construct, prefix: str, topic: Topic) -> dict[str, IMetric]:
    """Failures that SageMaker announces; the topic gets the reason, the metric counts them."""
    return {
        f"Failed{kind}s": matched_events(_rule(scope, kind, prefix, topic))
        for kind in _FAILED_STATES
    }


def _rule(scope: Construct, kind: str, prefix: str, topic: Topic) -> Rule:
    words = _WORDS[kind]
    states = _FAILED_STATES[kind]
    rule = Rule(
        scope,
        f"Failed{kind}",
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
    rule.add_target(SnsTopic(topic, message=message))
    return rule
