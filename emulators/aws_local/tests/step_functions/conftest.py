"""State machines run with a stand-in for AWS, or in an emulator of their own."""

import io
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aws_local.settings import Settings, SnsSettings, StateMachineSettings, StepFunctionsSettings
from aws_local.step_functions.history import MAX_EVENTS
from aws_local.step_functions.moto_engine import Surroundings
from aws_local.step_functions.program import Program, Run
from botocore.exceptions import ClientError

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:bake"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:bake:*"
INVOKE = "arn:aws:states:::lambda:invoke"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:shop-orders"
OTHER = "arn:aws:lambda:us-east-1:123456789012:function:shop-stock"
TOPIC = "arn:aws:sns:us-east-1:123456789012:bread"
HANDLER = """
import pathlib, time

def handler(event, context):
    if event.get("marks"):
        with open(event["marks"], "a") as file:
            file.write("baked\\n")
    while event.get("until") and not pathlib.Path(event["until"]).exists():
        time.sleep(0.01)
    if event.get("burn"):
        raise ValueError("black")
    return {"loaves": event.get("loaves", 1)}
"""
CAUGHT = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "tell"}]
STATES = {
    "which": {
        "Type": "Choice",
        "Choices": [{"Variable": "$.rest", "IsPresent": True, "Next": "rest"}],
        "Default": "bake",
    },
    "rest": {"Type": "Wait", "SecondsPath": "$.rest", "Next": "bake"},
    "bake": {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": FUNCTION, "Payload.$": "$"},
        "ResultSelector": {"loaves.$": "$.Payload.loaves"},
        "ResultPath": "$.made",
        "Catch": CAUGHT,
        "Next": "tell",
    },
    "tell": {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn": TOPIC, "Subject": "Bread", "Message.$": "$"},
        "ResultPath": None,
        "End": True,
    },
}
DENIED = {"steal": {"Type": "Task", "Resource": OTHER, "End": True}}
MACHINE = [
    {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION},
    {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPIC},
]
STARTER = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": ARN}
TRUST = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "states.amazonaws.com"},
    "Condition": {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:states:us-east-1:123456789012:stateMachine:*"},
    },
}


class Tasks:
    """A stand-in for AWS: answers are given in turn, then an empty object."""

    def __init__(self, answers=()):
        self.answers = list(answers)
        self.calls: list[dict[str, Any]] = []

    def client(self, service: str, role_arn: str) -> "Tasks":
        return self

    def invoke(self, **parameters: Any) -> dict[str, Any]:
        self.calls.append(parameters)
        answer = self.answers.pop(0) if self.answers else {}
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        failed = {"FunctionError": "Unhandled"} if isinstance(answer, Failure) else {}
        content = io.BytesIO(json.dumps(answer).encode())
        return {"StatusCode": 200, "Payload": content, **failed, "ResponseMetadata": {}}

    def publish(self, **parameters: Any) -> dict[str, Any]:
        self.calls.append(parameters)
        return {"MessageId": "1", "ResponseMetadata": {}}


class Failure(dict):
    """A function's payload of an exception."""


def refusal(code: str, status: int = 400) -> ClientError:
    answer = {"HTTPStatusCode": status, "RequestId": "1"}
    error = {"Code": code, "Message": "no"}
    return ClientError({"Error": error, "ResponseMetadata": answer}, "Invoke")


def task(**more: Any) -> dict[str, Any]:
    """A task that hands its input to a function."""
    parameters = {"FunctionName": FUNCTION, "Payload.$": "$"}
    ends = {} if "Next" in more else {"End": True}
    return {"Type": "Task", "Resource": INVOKE, "Parameters": parameters, **ends, **more}


@pytest.fixture
def new_run() -> Callable[..., Run]:
    """A run of some states, of which the first begins."""

    def make(
        states: dict[str, Any],
        given: Any = None,
        *,
        tasks: Tasks | None = None,
        longest_wait: float = 0.0,
        max_events: int = MAX_EVENTS,
        **top: Any,
    ) -> Run:
        definition = {"StartAt": next(iter(states)), "States": states, **top}
        clients: Any = tasks or Tasks()
        surroundings = Surroundings(
            account="123456789012",
            region="us-east-1",
            role_arn="arn:aws:iam::123456789012:role/machine",
            clients=clients,
            longest_wait=longest_wait,
        )
        document = {
            "executionArn": "arn:aws:states:us-east-1:123456789012:execution:bake:rye",
            "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:bake",
            "name": "rye",
            "startDate": 1_700_000_000.125,
            "input": json.dumps({} if given is None else given),
        }
        return Run(
            Program(json.dumps(definition)),
            document,
            machine_name="bake",
            surroundings=surroundings,
            max_events=max_events,
        )

    return make


@pytest.fixture
def run(new_run) -> Callable[..., Any]:
    """The end of some states: the output, or the error and its cause."""

    def end(states: dict[str, Any], given: Any = None, **more: Any) -> Any:
        outcome = new_run(states, given, **more).outcome()
        if outcome.status == "SUCCEEDED":
            return json.loads(outcome.details["output"])
        return outcome.status, outcome.details.get("error"), outcome.details.get("cause")

    return end


@pytest.fixture(scope="session")
def aws() -> Any:
    """Makers of tasks and of what they are answered."""
    return SimpleNamespace(
        tasks=lambda *answers: Tasks(answers),
        failure=Failure,
        refusal=refusal,
        task=task,
        function=FUNCTION,
        machine_arn=ARN,
        states=STATES,
        machine=machine,
        trust=TRUST,
        no_limit=math.inf,
    )


def machine(name: str, states: dict[str, Any]) -> StateMachineSettings:
    """A machine that begins with the first of its states."""
    definition = json.dumps({"StartAt": next(iter(states)), "States": states})
    return StateMachineSettings(name=name, definition=definition, role="job")


MACHINES = (machine("bake", STATES), machine("steal", DENIED))


@dataclass
class Cook:
    """A caller of Step Functions at a running emulator, and short ways to ask."""

    settings: Settings
    states: Any
    wait_for: Any

    def start(self, name: str | None = None, arn: str = ARN, **given: Any) -> str:
        """Start an execution; its address."""
        named = {"name": name} if name else {}
        answer = self.states.start_execution(stateMachineArn=arn, input=json.dumps(given), **named)
        return str(answer["executionArn"])

    def end(self, arn: str) -> dict[str, Any]:
        """The description of an execution, once it has ended."""

        def description() -> Any:
            found = self.states.describe_execution(executionArn=arn)
            return found if found["status"] != "RUNNING" else None

        return self.wait_for(description, what=f"end of {arn}")

    def refusal(self, operation: str, **parameters: Any) -> str:
        """Code of a call that must be refused."""
        with pytest.raises(ClientError) as error:
            getattr(self.states, operation)(**parameters)
        return str(error.value.response["Error"]["Code"])

    def messages(self) -> list[dict[str, Any]]:
        """Messages of the topic."""
        assert self.settings.sns is not None
        file = self.settings.sns.folder / "bread.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture(scope="session")
def cook_of(client, wait_for) -> Callable[..., Cook]:
    """A caller, of whose policies some let everything of Step Functions."""

    def make(settings: Settings, principal: str = "inference") -> Cook:
        states = client(settings.s3.port, "stepfunctions", principal)
        return Cook(settings, states, wait_for)

    return make


@pytest.fixture(scope="session")
def kitchen(new_settings, granted):
    """Settings with two machines, whose role may invoke one function and tell one topic."""

    def make(folder: Path, machines: tuple[StateMachineSettings, ...] = MACHINES, **changes):
        settings = new_settings(folder)
        (folder / "project" / "shop" / "api.py").write_text(HANDLER)
        everything = {"Effect": "Allow", "Action": "states:*", "Resource": "*"}
        policies = {"job": MACHINE, "inference": everything, "integrator": STARTER}
        function = replace(settings.functions["orders"], timeout_seconds=60.0)
        return replace(
            settings,
            account=granted(policies, {"job": TRUST} | changes.pop("trusts", {})),
            functions={**settings.functions, "orders": function},
            sns=SnsSettings(folder=folder / "messages", topics=("bread",)),
            step_functions=StepFunctionsSettings(
                folder=folder / "executions", state_machines=machines, **changes
            ),
        )

    return make
