"""Executions of one state machine: typed in and out, over whatever carries the calls."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from functions.step_functions.errors import MissingExecutionError

#: Events of an execution that are looked through for its last state, the newest first.
_EVENTS = 50


class Caller(Protocol):
    """Carries a call of Step Functions."""

    def __call__(self, operation: str, /, **parameters: Any) -> Any:
        """The answer of an operation, by its name in boto3.

        Raises:
            BusyError: Not now.
            StepFunctionsError: Step Functions refused the call.
        """


@dataclass(frozen=True, kw_only=True)
class Execution:
    """An execution, and how it ended."""

    name: str
    #: `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED` or `PENDING_REDRIVE`.
    status: str
    started_at: datetime
    ended_at: datetime | None
    input: Mapping[str, Any]
    output: Mapping[str, Any]
    #: Why it failed, as its state machine says.
    cause: str

    @property
    def age(self) -> tuple[datetime, str]:
        """Orders executions, the oldest first; two of one moment have an order, too."""
        return self.started_at, self.name


@dataclass(frozen=True)
class Executions:
    """The executions of the state machine `machine_arn`."""

    call: Caller
    machine_arn: str

    def start(self, name: str, given: Mapping[str, Any]) -> None:
        """Start an execution; of the same name with the same input it is the same one.

        https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html

        Raises:
            TakenExecutionError: The name is taken by one with another input, or that has ended.
            MissingExecutionError: There is no such state machine.
        """
        document = json.dumps(given, sort_keys=True)
        self.call("start_execution", stateMachineArn=self.machine_arn, name=name, input=document)

    def find(self, name: str) -> Execution | None:
        """The execution of this name, if there is one."""
        try:
            found = self.call("describe_execution", executionArn=self.arn(name))
        except MissingExecutionError:
            return None
        return Execution(
            name=found["name"],
            status=found["status"],
            started_at=found["startDate"],
            ended_at=found.get("stopDate"),
            input=json.loads(found.get("input") or "{}"),
            output=json.loads(found.get("output") or "{}"),
            cause=found.get("cause", ""),
        )

    def running(self) -> list[Execution]:
        """The executions under way, the oldest first; new ones may be missing for some seconds."""
        names = list(self._names(statusFilter="RUNNING"))
        found = [execution for name in names if (execution := self.find(name))]
        alive = [execution for execution in found if execution.status == "RUNNING"]
        return sorted(alive, key=lambda each: each.age)

    def newest(self, count: int) -> list[Execution]:
        """The last executions, the newest first."""
        names = islice(self._names(maxResults=count), count)
        return [execution for name in names if (execution := self.find(name))]

    def last_state(self, name: str) -> str | None:
        """The state that an execution has entered last, if it has any."""
        with suppress(MissingExecutionError):
            events = self.call(
                "get_execution_history",
                executionArn=self.arn(name),
                reverseOrder=True,
                maxResults=_EVENTS,
                includeExecutionData=False,
            )["events"]
            for event in events:
                if "stateEnteredEventDetails" in event:
                    return str(event["stateEnteredEventDetails"]["name"])
        return None

    def arn(self, name: str) -> str:
        """ARN of an execution."""
        return f"{self.machine_arn.replace(':stateMachine:', ':execution:')}:{name}"

    def _names(self, **query: Any) -> Iterator[str]:
        parameters = {"stateMachineArn": self.machine_arn, **query}
        page = self.call("list_executions", **parameters)
        while True:
            for execution in page["executions"]:
                yield execution["name"]
            if not (token := page.get("nextToken")):
                return
            page = self.call("list_executions", **parameters, nextToken=token)
