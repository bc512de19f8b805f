"""Executions of an account's state machines: started, run each in a thread, stopped, kept.

One that ran when the emulator ended begins again from its input, under its name, at the next start:
AWS would have carried on, and the tasks of a well-made machine find done what they have done.
"""

import logging
import threading
import time
import uuid
from collections.abc import Iterable

from aws_local.step_functions.execution_files import Document
from aws_local.step_functions.history import Event, ended
from aws_local.step_functions.program import Outcome, Run
from aws_local.step_functions.state_machine import StateMachine
from aws_local.wire.fault import FaultError

RUNNING = "RUNNING"

logger = logging.getLogger(__name__)


class Executions:
    """Every execution, by its address."""

    def __init__(self, machines: Iterable[StateMachine]) -> None:
        """Read what is kept; raise ServiceError naming a damaged file."""
        self._machines = {machine.arn: machine for machine in machines}
        self._documents: dict[str, Document] = {
            document["executionArn"]: document
            for machine in self._machines.values()
            for document in machine.files.read()
        }
        self._runs: dict[str, Run] = {}
        self._lock = threading.RLock()
        self._closed = False

    def resume(self) -> None:
        """Begin what was running when the emulator ended."""
        with self._lock:
            for document in self._documents.values():
                if document["status"] == RUNNING:
                    self._begin(document)

    def close(self) -> None:
        """Keep everything as it is from now on."""
        with self._lock:
            self._closed = True

    def start(self, machine: StateMachine, name: str | None, given: str) -> Document:
        """Start an execution, or find the one of this name and input that runs.

        https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html

        Raises:
            FaultError: There is one of this name with another input, or it has ended.
        """
        name = name or str(uuid.uuid4())
        arn = machine.execution_arn(name)
        with self._lock:
            known = self._documents.get(arn)
            if known is not None and (known["status"], known["input"]) == (RUNNING, given):
                return known
            if known is not None:
                raise FaultError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
            document = {
                "executionArn": arn,
                "stateMachineArn": machine.arn,
                "name": name,
                "status": RUNNING,
                "startDate": round(time.time(), 3),
                "input": given,
            }
            self._save(document)
            self._begin(document)
            return document

    def stop(self, arn: str, error: str | None, cause: str | None) -> Document:
        """End an execution at once; what its task is about to do is done all the same."""
        given = {"error": error, "cause": cause}
        details = {key: value for key, value in given.items() if value is not None}
        with self._lock:
            document = self.get(arn)
            run = self._runs.get(arn)
            self._end(document, Outcome("ABORTED", details))
        if run is not None:
            run.stop()
        return self.get(arn)

    def get(self, arn: str) -> Document:
        """An execution; raise FaultError as AWS does when there is none."""
        document = self._documents.get(arn)
        if document is None:
            raise FaultError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return document

    def of(self, machine: StateMachine) -> list[Document]:
        """Executions of a machine, the newest first."""
        found = [each for each in list(self._documents.values()) if _is_of(each, machine)]
        return sorted(found, key=lambda each: (each["startDate"], each["name"]), reverse=True)

    def history(self, arn: str) -> list[Event]:
        """Events of an execution, in order."""
        with self._lock:
            document = self.get(arn)
            if document["status"] != RUNNING:
                return self._machine(document).files.history(document)
            run = self._runs.get(arn)
        return run.events() if run else []

    def _begin(self, document: Document) -> None:
        arn = document["executionArn"]
        run = self._machine(document).run(document)
        self._runs[arn] = run
        threading.Thread(target=self._run, args=(document, run), name=arn, daemon=True).start()

    def _run(self, document: Document, run: Run) -> None:
        try:
            outcome = run.outcome()
        except Exception:  # the boundary: an execution always has an end
            logger.exception("%s", document["executionArn"])
            outcome = Outcome("FAILED", {"error": "States.Runtime"})
        with self._lock:
            self._end(document, outcome)

    def _end(self, document: Document, outcome: Outcome) -> None:
        """Keep how an execution ended, unless it has ended otherwise before."""
        arn = document["executionArn"]
        if self._closed or self._documents[arn]["status"] != RUNNING:
            return
        run = self._runs.pop(arn, None)
        stop = {"status": outcome.status, "stopDate": round(time.time(), 3)}
        end = {**document, **stop, **outcome.details}
        events = ended(run.events() if run else [], end)
        self._machine(document).files.write_history(document, events)
        self._save(end)

    def _save(self, document: Document) -> None:
        self._machine(document).files.write(document)
        self._documents[document["executionArn"]] = document

    def _machine(self, document: Document) -> StateMachine:
        return self._machines[document["stateMachineArn"]]


def _is_of(document: Document, machine: StateMachine) -> bool:
    return bool(document["stateMachineArn"] == machine.arn)
