"""A state machine's definition, held against what runs here.

AWS refuses a definition with faults of its own when the machine is made; what this emulator would
run otherwise than AWS does is refused, too.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

State = Mapping[str, Any]

#: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_DEFINITION_BYTES = 1024 * 1024
MAX_NAME_CHARACTERS = 80
_TYPES = frozenset({"Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"})
_WITH_NEXT = _TYPES - {"Choice", "Succeed", "Fail"}
_FUNCTION = re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:\$LATEST)?")
_INTEGRATIONS = frozenset({"arn:aws:states:::lambda:invoke", "arn:aws:states:::sns:publish"})


class DefinitionError(Exception):
    """A definition that cannot run; the message says which part."""


def check(definition: str) -> None:
    """Raise DefinitionError with the first fault of a definition."""
    if len(definition.encode()) > MAX_DEFINITION_BYTES:
        raise DefinitionError(f"it has over {MAX_DEFINITION_BYTES} bytes")
    try:
        machine = json.loads(definition)
    except ValueError as error:
        raise DefinitionError(f"it is no JSON ({error})") from None
    if not isinstance(machine, dict):
        raise DefinitionError("it is no JSON object")
    try:
        fault = next(_faults(machine, "the state machine"), None)
    except (AttributeError, TypeError) as error:
        raise DefinitionError(f"a part of it is of a wrong kind ({error})") from None
    if fault:
        raise DefinitionError(fault)


def _faults(machine: State, place: str) -> Iterator[str]:
    """Faults of a machine, or of a branch of one."""
    if machine.get("QueryLanguage", "JSONPath") != "JSONPath":
        yield f"{place} is in JSONata, which is not emulated: take JSONPath"
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        yield f"{place} has no States"
        return
    if machine.get("StartAt") not in states:
        yield f"{place} has no state {machine.get('StartAt')!r} to start at"
    for name, state in states.items():
        yield from _faults_of_state(name, state, states)
    if unreached := sorted(states.keys() - _reached(machine["StartAt"], states)):
        yield f"no transition leads to the state {unreached[0]}"


def _faults_of_state(name: str, state: Any, states: Mapping[str, State]) -> Iterator[str]:
    if len(name) > MAX_NAME_CHARACTERS:
        yield f"the state {name} has a name of over {MAX_NAME_CHARACTERS} characters"
    if not isinstance(state, dict) or state.get("Type") not in _TYPES:
        yield f"the state {name} has no Type of a state"
        return
    if state.get("QueryLanguage", "JSONPath") != "JSONPath":
        yield f"the state {name} is in JSONata, which is not emulated: take JSONPath"
    yield from _faults_of_transitions(name, state, states)
    yield from _FAULTS_BY_TYPE.get(state["Type"], _no_faults)(name, state)
    for branch in _branches(state):
        yield from _faults(branch, f"a branch of the state {name}")


def _faults_of_transitions(name: str, state: State, states: Mapping[str, State]) -> Iterator[str]:
    if state["Type"] in _WITH_NEXT and ("Next" in state) == bool(state.get("End")):
        yield f"the state {name} needs either Next or End"
    for target in _targets(state):
        if target not in states:
            yield f"the state {name} goes on to {target!r}, which is no state"


def _faults_of_task(name: str, state: State) -> Iterator[str]:
    resource = str(state.get("Resource"))
    if resource not in _INTEGRATIONS and not _FUNCTION.fullmatch(resource):
        yield (
            f"the task {name} is {resource}, which is not emulated: take a Lambda function, "
            f"{' or '.join(sorted(_INTEGRATIONS))}"
        )
    for part in ("Credentials", "HeartbeatSeconds", "HeartbeatSecondsPath"):
        if part in state:
            yield f"the task {name} has {part}, which is not emulated"


def _faults_of_map(name: str, state: State) -> Iterator[str]:
    processor = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
    if processor.get("Mode", "INLINE") != "INLINE" or {"ItemReader", "ResultWriter"} & state.keys():
        yield f"the map {name} is distributed, which is not emulated"


def _no_faults(_: str, __: State) -> Iterator[str]:
    return iter(())


_FAULTS_BY_TYPE = {"Task": _faults_of_task, "Map": _faults_of_map}


def _branches(state: State) -> Iterator[State]:
    yield from state.get("Branches", ())
    for key in ("Iterator", "ItemProcessor"):
        if key in state:
            yield state[key]


def _targets(state: State) -> Iterator[Any]:
    """States to which a state goes on."""
    for each in (state, *state.get("Choices", ()), *state.get("Catch", ())):
        if "Next" in each:
            yield each["Next"]
    if "Default" in state:
        yield state["Default"]


def _reached(start: str, states: Mapping[str, State]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = [name for name in _targets(states[waiting.pop()]) if name not in found]
        found.update(new)
        waiting += new
    return found
