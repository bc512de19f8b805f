"""Step Functions' API on the executions of the settings' state machines.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from loopback.service import ServiceError

from aws_local.iam.authority import Authority
from aws_local.settings import Account, StepFunctionsSettings
from aws_local.step_functions.execution_files import Document
from aws_local.step_functions.executions import Executions
from aws_local.step_functions.history import without_data
from aws_local.step_functions.state_machine import StateMachine, require_trust
from aws_local.step_functions.task_clients import TaskClients
from aws_local.wire import json_text
from aws_local.wire.call import Answer, Call, not_emulated
from aws_local.wire.fault import FaultError
from aws_local.wire.page import page
from aws_local.wire.validation import validate

#: Bytes of an execution's input: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_INPUT_BYTES = 262_144
_PAGE = 100
_FORBIDDEN = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
_MACHINE_ARN = re.compile(r"arn:aws:states:[a-z0-9-]+:\d{12}:stateMachine:[^:]+(:[^:]+)?")
_EXECUTION_ARN = re.compile(r"arn:aws:states:[a-z0-9-]+:\d{12}:execution:[^:]+:[^:]+")
_SUMMARY = ("executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate")


class StepFunctions:
    """The service."""

    def __init__(self, settings: StepFunctionsSettings, account: Account, endpoint: str) -> None:
        """Read machines and executions; raise ServiceError for what cannot run.

        Args:
            settings: The state machines.
            account: Whose they are.
            endpoint: Address of AWS for the tasks.
        """
        self._clients = TaskClients(account, endpoint)
        machines = [
            StateMachine(each, settings, account, self._clients) for each in settings.state_machines
        ]
        self._machines = {machine.arn: machine for machine in machines}
        if len(self._machines) < len(machines):
            raise ServiceError("Two state machines have one name: name them otherwise.")
        authority = Authority(account)
        for machine in machines:
            require_trust(machine, account, authority)
        self._executions = Executions(machines)
        self._operations: Mapping[str, Callable[[Mapping[str, Any]], Document]] = {
            "DescribeExecution": self._describe_execution,
            "DescribeStateMachine": self._describe_state_machine,
            "GetExecutionHistory": self._history,
            "ListExecutions": self._list_executions,
            "ListStateMachines": self._list_state_machines,
            "StartExecution": self._start_execution,
            "StopExecution": self._stop_execution,
        }

    def begin(self) -> None:
        """Go on with the executions of the last start."""
        self._executions.resume()

    def close(self) -> None:
        """Leave the executions as they are."""
        self._executions.close()
        self._clients.close()

    def answer(self, call: Call) -> Answer:
        """The answer; raise FaultError for a refusal."""
        if call.operation not in self._operations:
            raise not_emulated(call.operation)
        validate("stepfunctions", call.operation, call.parameters)
        found = self._operations[call.operation](call.parameters)
        return Answer(content=json.dumps(found).encode(), content_type="application/x-amz-json-1.0")

    def start(self, machine_arn: str, name: str, given: str) -> str:
        """Start an execution; its address."""
        request = {"stateMachineArn": machine_arn, "name": name, "input": given}
        return str(self._start_execution(request)["executionArn"])

    def _start_execution(self, request: Mapping[str, Any]) -> Document:
        machine = self._machine(request["stateMachineArn"])
        name, given = request.get("name"), request.get("input", "{}")
        if name is not None and _FORBIDDEN.search(name):
            raise FaultError("InvalidName", f"Invalid Name: '{name}'")
        _check_input(given)
        document = self._executions.start(machine, name, given)
        return {key: document[key] for key in ("executionArn", "startDate")}

    def _stop_execution(self, request: Mapping[str, Any]) -> Document:
        arn = _execution_arn(request)
        stopped = self._executions.stop(arn, request.get("error"), request.get("cause"))
        return {"stopDate": stopped["stopDate"]}

    def _describe_execution(self, request: Mapping[str, Any]) -> Document:
        document = self._executions.get(_execution_arn(request))
        found = {key: {"included": True} for key in ("input", "output") if key in document}
        details = {f"{key}Details": value for key, value in found.items()}
        if request.get("includedData") == "METADATA_ONLY":
            return {key: document[key] for key in document if key not in found}
        return {**document, **details}

    def _list_executions(self, request: Mapping[str, Any]) -> Document:
        if "mapRunArn" in request or "redriveFilter" in request:
            raise not_emulated("lists of map runs and redrives")
        if "stateMachineArn" not in request:
            raise FaultError("ValidationException", "State your stateMachineArn.")
        machine = self._machine(request["stateMachineArn"])
        status = request.get("statusFilter")
        chosen = [
            {key: each[key] for key in _SUMMARY if key in each}
            for each in self._executions.of(machine)
            if status in {None, each["status"]}
        ]
        return page("executions", chosen, request, _PAGE)

    def _history(self, request: Mapping[str, Any]) -> Document:
        events = self._executions.history(_execution_arn(request))
        if not request.get("includeExecutionData", True):
            events = [without_data(event) for event in events]
        if request.get("reverseOrder"):
            events = events[::-1]
        return page("events", events, request, _PAGE)

    def _describe_state_machine(self, request: Mapping[str, Any]) -> Document:
        machine = self._machine(request["stateMachineArn"])
        return {
            **_machine_summary(machine),
            "status": "ACTIVE",
            "definition": machine.definition,
            "roleArn": machine.role_arn,
        }

    def _list_state_machines(self, request: Mapping[str, Any]) -> Document:
        machines = sorted(self._machines.values(), key=lambda machine: machine.name)
        return page("stateMachines", [_machine_summary(each) for each in machines], request, _PAGE)

    def _machine(self, arn: str) -> StateMachine:
        if not _MACHINE_ARN.fullmatch(arn):
            raise FaultError("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
        if arn not in self._machines:
            raise FaultError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return self._machines[arn]


def _machine_summary(machine: StateMachine) -> Document:
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "type": "STANDARD",
        "creationDate": machine.created,
    }


def _execution_arn(request: Mapping[str, Any]) -> str:
    arn = str(request["executionArn"])
    if not _EXECUTION_ARN.fullmatch(arn):
        raise FaultError("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    return arn


def _check_input(given: str) -> None:
    if len(given.encode()) > MAX_INPUT_BYTES:
        raise FaultError(
            "ValidationException",
            "1 validation error detected: Value at 'input' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_INPUT_BYTES}",
        )
    try:
        json_text.parsed(given)
    except ValueError as error:
        raise FaultError(
            "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'"
        ) from None
