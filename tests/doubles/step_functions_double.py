"""Step Functions in memory, below the real boto3 client."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aws_fault import AwsError, response
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from state_machine import ExecutionFailedError, StateMachine, Waits

MACHINE_ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:snowreel-local-retraining"
_EXECUTIONS = MACHINE_ARN.replace(":stateMachine:", ":execution:")


@dataclass
class StepFunctionsDouble:
    """The executions of one machine, which go on when the test lets time pass."""

    machine: StateMachine | None
    clock: float = 1_800_000_000.0
    executions: dict[str, dict[str, Any]] = field(default_factory=dict)
    waits: dict[str, Waits] = field(default_factory=dict)
    #: Operation to what its next calls end in.
    faults: dict[str, list[AwsError]] = field(default_factory=dict)

    # --- what tests do to it ----------------------------------------------------------------------

    def begin(self, name: str, given: dict[str, Any]) -> str:
        """Start an execution, as a schedule does; its ARN."""
        arn = f"{_EXECUTIONS}:{name}"
        self.clock += 1
        self.executions[arn] = {
            "executionArn": arn,
            "stateMachineArn": MACHINE_ARN,
            "name": name,
            "status": "RUNNING",
            "startDate": self.clock,
            "input": json.dumps(given, sort_keys=True),
        }
        return arn

    def go_on(self, arn: str) -> bool:
        """Let an execution go on until its next wait, or its end; whether it waits."""
        assert self.machine is not None
        found = self.executions[arn]
        if arn not in self.waits:
            self.waits[arn] = self.machine.run(arn, json.loads(found["input"]), self._ender(arn))
        try:
            self.clock += next(self.waits[arn])
        except StopIteration:
            return False
        except ExecutionFailedError as error:
            self._end(arn, status="FAILED", error="RunFailed", cause=str(error))
            return False
        return True

    def outcome(self, arn: str) -> dict[str, Any]:
        """Status and message of an execution that has ended."""
        found = self.executions[arn]
        if found["status"] == "FAILED":
            return {"status": "Failed", "message": found["cause"]}
        told: dict[str, Any] = json.loads(found["output"])["outcome"]
        return told

    def _ender(self, arn: str) -> Callable[[dict[str, Any]], None]:
        return lambda output: self._end(arn, status="SUCCEEDED", output=json.dumps(output))

    def _end(self, arn: str, **news: Any) -> None:
        self.executions[arn] |= {"stopDate": self.clock, **news}

    # --- wire -------------------------------------------------------------------------------------

    def send(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().split(".")[1]
        try:
            if self.faults.get(operation):
                raise self.faults[operation].pop(0)
            answer = getattr(self, xform_name(operation))(json.loads(request.body))
        except AwsError as error:
            return response(request, error.status, {"__type": error.code, "message": str(error)})
        return response(request, 200, answer)

    def start_execution(self, body: dict[str, Any]) -> dict[str, Any]:
        self._check_machine(body)
        arn = f"{_EXECUTIONS}:{body['name']}"
        found = self.executions.get(arn)
        if found and (found["input"] != body["input"] or found["status"] != "RUNNING"):
            raise AwsError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
        if found is None:
            self.begin(body["name"], json.loads(body["input"]))
        return {"executionArn": arn, "startDate": self.executions[arn]["startDate"]}

    def describe_execution(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._find(body)

    def list_executions(self, body: dict[str, Any]) -> dict[str, Any]:
        self._check_machine(body)
        found = [
            execution
            for execution in reversed(self.executions.values())
            if execution["status"] == body.get("statusFilter", execution["status"])
        ]
        names = ("executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate")
        shown = [{key: each[key] for key in names if key in each} for each in found]
        start = int(body.get("nextToken", 0))
        page: dict[str, Any] = {"executions": shown[start : start + 2]}
        return page | ({"nextToken": str(start + 2)} if start + 2 < len(shown) else {})

    def get_execution_history(self, body: dict[str, Any]) -> dict[str, Any]:
        arn = self._find(body)["executionArn"]
        entered = [name for each, name in self.machine.entered if each == arn]  # type: ignore[union-attr]
        events = [
            {
                "timestamp": self.clock,
                "type": "TaskStateEntered",
                "id": number,
                "stateEnteredEventDetails": {"name": name},
            }
            for number, name in enumerate(entered, 1)
        ]
        return {"events": [*reversed(events)]}

    def _check_machine(self, body: dict[str, Any]) -> None:
        if self.machine is None or body["stateMachineArn"] != MACHINE_ARN:
            raise AwsError("StateMachineDoesNotExist", "State Machine Does Not Exist")

    def _find(self, body: dict[str, Any]) -> dict[str, Any]:
        arn = body["executionArn"]
        if self.machine is None or arn not in self.executions:
            raise AwsError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return self.executions[arn]
