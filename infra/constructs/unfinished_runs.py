"""The rule that tells of runs of the nightly loop that could not tell it themselves."""

from aws_cdk.aws_events import EventField, EventPattern, Rule, RuleTargetInput
from aws_cdk.aws_events_targets import SnsTopic
from aws_cdk.aws_sns import Topic
from aws_cdk.aws_stepfunctions import StateMachine
from constructs import Construct

from infra.constructs.nag import acknowledge

#: A state machine that is ended from outside runs no further state:
#: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
_STATES = ["ABORTED", "TIMED_OUT"]


def tell_of_unfinished_runs(scope: Construct, machine: StateMachine, topic: Topic) -> None:
    """Publish each execution that somebody stopped or that ran out of time."""
    rule = Rule(
        scope,
        "UnfinishedRun",
        event_pattern=EventPattern(
            source=["aws.states"],
            detail_type=["Step Functions Execution Status Change"],
            detail={"stateMachineArn": [machine.state_machine_arn], "status": _STATES},
        ),
    )
    name, status = EventField.from_path("$.detail.name"), EventField.from_path("$.detail.status")
    message = f"The run {name} of the nightly loop ended as {status}: list_models says what serves."
    rule.add_target(SnsTopic(topic, message=RuleTargetInput.from_text(message)))
    reason = "pipeline_status tells of the run, too."
    acknowledge(rule, {"Serverless-EventBusDLQ": reason})
