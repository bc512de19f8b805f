"""A state machine's definition, ready to be run by moto's interpreter."""

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser import utils as moto_threads
from moto.stepfunctions.parser.api import HistoryEventType, StateMachineType
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import (
    ProgramEnded,
    ProgramError,
    ProgramTimedOut,
)
from moto.stepfunctions.parser.asl.parse.asl_parser import (
    AmazonStateLanguageParser,
    ASLParserException,
)
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from aws_local.step_functions.definition import DefinitionError, check
from aws_local.step_functions.history import MAX_EVENTS, Event, LimitedHistory, as_kept
from aws_local.step_functions.moto_engine import ExecutionEnvironment, Surroundings

Document = dict[str, Any]

#: What an execution that failed says.
_ENDING = ("error", "cause")


class Program:
    """A definition; the interpreter's reading of it is kept for the next execution.

    Reading costs most of an execution, and what was read remembers where its execution is: it is
    for one at a time.
    """

    def __init__(self, definition: str) -> None:
        """Read the definition; raise DefinitionError if it cannot run."""
        self.definition = definition
        check(definition)
        self._idle = [self._read()]
        self._lock = threading.Lock()

    def take(self) -> Any:
        """A reading that is nobody else's."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._read()

    def give_back(self, reading: Any) -> None:
        """Keep a reading whose execution has succeeded: none of its branches goes on."""
        with self._lock:
            self._idle.append(reading)

    def _read(self) -> Any:
        try:
            return AmazonStateLanguageParser.parse(self.definition)[0]
        except ASLParserException as error:
            raise DefinitionError(str(error)) from None
        except (ValueError, RuntimeError) as error:
            raise DefinitionError(str(error) or "a state is not as the language says") from None


@dataclass(frozen=True)
class Outcome:
    """The end of an execution."""

    status: str
    #: Some of `output`, `error` and `cause`.
    details: Document


class Run:
    """One execution of a program."""

    def __init__(
        self,
        program: Program,
        document: Document,
        *,
        machine_name: str,
        surroundings: Surroundings,
        max_events: int = MAX_EVENTS,
    ) -> None:
        self._program = program
        self._environment = ExecutionEnvironment(
            aws_execution_details=surroundings,
            execution_type=StateMachineType.STANDARD,
            context=_context(document, machine_name, surroundings.role_arn),
            event_history_context=EventHistoryContext.of_program_start(),
            cloud_watch_logging_session=None,
            activity_store={},
        )
        self._environment.event_manager = LimitedHistory(self._fail, max_events)
        self._input = document["input"]
        self._role_arn = surroundings.role_arn

    def outcome(self) -> Outcome:
        """Run to the end."""
        self._note_start()
        reading = self._program.take()
        reading.eval(self._environment)
        state = self._environment.program_state()
        if isinstance(state, ProgramEnded):
            self._program.give_back(reading)
        _forget_ended_threads()
        return self._ended(state)

    def stop(self) -> None:
        """End as soon as the state that is under way lets it, or do not begin."""
        self._environment.is_stopped = True
        self._environment.set_stop(stop_date=datetime.now(UTC), cause=None, error=None)

    def events(self) -> list[Event]:
        """Events so far."""
        return as_kept(self._environment.event_manager.get_event_history())

    def _ended(self, state: Any) -> Outcome:
        if isinstance(state, ProgramEnded):
            output = to_json_str(self._environment.states.get_input(), separators=(",", ":"))
            return Outcome("SUCCEEDED", {"output": output})
        if isinstance(state, ProgramError):
            found = dict(state.error or {})
            return Outcome("FAILED", {key: found[key] for key in _ENDING if found.get(key)})
        return Outcome("TIMED_OUT" if isinstance(state, ProgramTimedOut) else "ABORTED", {})

    def _fail(self, error: Any) -> None:
        self._environment.set_error(error)

    def _note_start(self) -> None:
        environment = self._environment
        details: Any = {
            "executionStartedEventDetails": {
                "input": self._input,
                "inputDetails": {"truncated": False},
                "roleArn": self._role_arn,
            }
        }
        environment.event_manager.add_event(
            environment.event_history_context,
            HistoryEventType.ExecutionStarted,
            details,
            update_source_event_id=False,
        )


def _context(document: Document, machine_name: str, role_arn: str) -> Any:
    """The context object, which a state reads by paths that begin with `$$`.

    https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
    """
    started = datetime.fromtimestamp(document["startDate"], UTC)
    return {
        "Execution": {
            "Id": document["executionArn"],
            "Input": json.loads(document["input"]),
            "Name": document["name"],
            "RoleArn": role_arn,
            "StartTime": started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        },
        "StateMachine": {"Id": document["stateMachineArn"], "Name": machine_name},
    }


def _forget_ended_threads() -> None:
    """Let go of threads, which the interpreter lists for its own tests and never forgets."""
    moto_threads.TMP_THREADS[:] = [each for each in moto_threads.TMP_THREADS if each.is_alive()]
