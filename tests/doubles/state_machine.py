"""Executions of a state machine on a clock of the test's own; waits take no time.

Only what the nightly loop's document uses of the Amazon States Language, read strictly: anything
else raises. https://states-language.net/spec.html
"""

import copy
import json
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from aws_fault import Killed

Document = dict[str, Any]
#: Gives a resource's answer to its parameters.
Resource = Callable[[Document], Any]
#: Seconds that the execution waits, from each of its waits.
Waits = Generator[float, None, None]

_TASK = {"Type", "Comment", "Resource", "Parameters", "Retry", "Catch", "ResultPath", "Next"}


class ExecutionFailedError(Exception):
    """The execution came to a Fail state; the message is its cause."""


@dataclass
class StateMachine:
    """A definition, and what its resources are."""

    definition: Document
    resources: dict[str, Resource]
    #: States in the order in which executions entered them.
    entered: list[tuple[str, str]] = field(default_factory=list)

    def run(self, arn: str, given: Document, ended: Callable[[Document], None]) -> Waits:
        """Run an execution, one wait after the other; `ended` takes its output."""
        document, name = copy.deepcopy(given), self.definition["StartAt"]
        while True:
            state = self.definition["States"][name]
            self.entered.append((arn, name))
            kind = state["Type"]
            if kind == "Succeed":
                ended(document)
                return
            if kind == "Fail":
                raise ExecutionFailedError(_at(document, state["CausePath"]))
            if kind == "Wait":
                yield float(_at(document, state["SecondsPath"]))
                name = state["Next"]
            elif kind == "Choice":
                name = _choice(state, document)
            elif kind == "Pass":
                document = _with(document, state["ResultPath"], copy.deepcopy(state["Result"]))
                name = state["Next"]
            else:
                name, document = yield from self._task(arn, state, document)

    def _task(
        self, arn: str, state: Document, document: Document
    ) -> Generator[float, None, tuple[str, Document]]:
        assert state["Type"] == "Task"
        assert state.keys() <= _TASK
        tries: dict[int, int] = {}
        while True:
            given = {
                key.removesuffix(".$"): _at(document, value, arn) if key.endswith(".$") else value
                for key, value in state["Parameters"].items()
            }
            try:
                answer = self.resources[state["Resource"]](json.loads(json.dumps(given)))
            except (Exception, Killed) as error:
                code = "Lambda.Unknown" if isinstance(error, Killed) else type(error).__name__
                seconds = _retry(state, code, tries)
                if seconds is not None:
                    yield seconds
                    continue
                for catcher in state["Catch"]:
                    if _matches(catcher, code):
                        told = {"Error": code, "Cause": str(error)}
                        return catcher["Next"], _with(document, catcher["ResultPath"], told)
                raise
            answer = json.loads(json.dumps(answer))
            return state["Next"], _with(document, state.get("ResultPath", "$"), answer)


def _retry(state: Document, code: str, tries: dict[int, int]) -> float | None:
    """Seconds until the next try; None where there is none."""
    for number, retrier in enumerate(state["Retry"]):
        if _matches(retrier, code):
            done = tries.get(number, 0)
            if done >= retrier["MaxAttempts"]:
                return None
            tries[number] = done + 1
            seconds = retrier["IntervalSeconds"] * retrier["BackoffRate"] ** done
            return float(min(seconds, retrier["MaxDelaySeconds"]))
    return None


def _matches(rule: Document, code: str) -> bool:
    return bool({"States.ALL", code} & set(rule["ErrorEquals"]))


def _choice(state: Document, document: Document) -> str:
    for choice in state["Choices"]:
        if _holds(choice, document):
            return str(choice["Next"])
    return str(state["Default"])


def _holds(choice: Document, document: Document) -> bool:
    if "IsPresent" in choice:
        try:
            _at(document, choice["Variable"])
        except (KeyError, TypeError):
            return not choice["IsPresent"]
        return bool(choice["IsPresent"])
    return bool(_at(document, choice["Variable"]) == choice["StringEquals"])


def _at(document: Document, path: str, arn: str = "") -> Any:
    if path == "$$.Execution.Id":
        return arn
    assert path.startswith("$"), path
    found: Any = document
    for part in path.split(".")[1:]:
        found = found[part]
    return found


def _with(document: Document, path: str | None, result: Any) -> Any:
    if path is None:
        return document
    if path == "$":
        return result
    _, name, *below = path.split(".")
    if below:
        (inner,) = below
        result = {**document[name], inner: result}
    return {**document, name: result}
