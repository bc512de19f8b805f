"""Requests that AWS's services make for the nightly loop, by what its template says."""

from collections.abc import Iterator, Mapping
from typing import Any

from aws_local.iam.authority import ASSUME_ROLE
from stated_need import StatedNeed

from local.physical_names import PhysicalNames
from local.stack import ACCOUNT_ID

_STACK = "Retraining"
_ELSEWHERE = {"aws:SourceAccount": "999999999999"}
_OWN = {"aws:SourceAccount": ACCOUNT_ID}
_CONFUSED = "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html"
_LAMBDA = "https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html"
_SNS = "https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html"
_LOGS = "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"
_XRAY = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html"
_GUIDE = "https://docs.aws.amazon.com/scheduler/latest/UserGuide"
_SCHEDULER = f"{_GUIDE}/managing-targets-templated.html"
_SCHEDULER_TRUST = f"{_GUIDE}/cross-service-confused-deputy-prevention.html"
_LOG_ACTIONS = (
    "CreateLogDelivery",
    "DeleteLogDelivery",
    "DescribeLogGroups",
    "DescribeResourcePolicies",
    "GetLogDelivery",
    "ListLogDeliveries",
    "PutResourcePolicy",
    "UpdateLogDelivery",
)
_XRAY_ACTIONS = (
    "GetSamplingRules",
    "GetSamplingTargets",
    "PutTelemetryRecords",
    "PutTraceSegments",
)


def retraining_needs(names: PhysicalNames) -> Iterator[StatedNeed]:
    """All that a run asks of the policies beside the calls of its function."""
    for resource in names.templates[_STACK]["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            yield from _of_the_machine(names, properties)
        elif resource["Type"] == "AWS::Scheduler::Schedule":
            yield from _of_the_schedule(names, properties)


def _of_the_machine(names: PhysicalNames, machine: Mapping[str, Any]) -> Iterator[StatedNeed]:
    role = names.value(machine["RoleArn"], _STACK)
    yield _trust("states.amazonaws.com", role, _CONFUSED)
    definition = names.value(machine["DefinitionString"], _STACK)
    for action, service, page in (
        ("lambda:InvokeFunction", "lambda", _LAMBDA),
        ("sns:Publish", "sns", _SNS),
    ):
        yield StatedNeed(
            caller=role,
            action=action,
            resource=_first_arn(definition, service),
            use="take a step" if service == "lambda" else "tell how a run ended",
            page=page,
        )
    for action in _LOG_ACTIONS:
        yield _of_any(role, f"logs:{action}", "deliver the log", _LOGS)
    for action in _XRAY_ACTIONS:
        yield _of_any(role, f"xray:{action}", "write traces", _XRAY)


def _of_the_schedule(names: PhysicalNames, schedule: Mapping[str, Any]) -> Iterator[StatedNeed]:
    target = schedule["Target"]
    role = names.value(target["RoleArn"], _STACK)
    yield _trust("scheduler.amazonaws.com", role, _SCHEDULER_TRUST)
    yield StatedNeed(
        caller=role,
        action="states:StartExecution",
        resource=names.value(target["Arn"], _STACK),
        use="begin a run",
        page=_SCHEDULER,
    )


def _trust(service: str, role: str, page: str) -> StatedNeed:
    return StatedNeed(
        caller=service,
        action=ASSUME_ROLE,
        resource=role,
        use="work for this account",
        page=page,
        context=_OWN,
        refused=_ELSEWHERE,
    )


def _of_any(role: str, action: str, use: str, page: str) -> StatedNeed:
    return StatedNeed(caller=role, action=action, resource="*", use=use, page=page)


def _first_arn(definition: str, service: str) -> str:
    """The first ARN of a service that stands in a definition, integrations apart."""
    start = definition.index(f'"arn:aws:{service}:') + 1
    return definition[start : definition.index('"', start)]
