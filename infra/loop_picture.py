"""The picture of the nightly loop in `docs/operations.md`, made from its state machine.

A flowchart in Mermaid's language, which GitHub draws: https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from functions.retraining.states import definition

#: Brackets of a node, by the type of its state.
_SHAPES = {
    "Task": '["{}"]',
    "Choice": '{{"{}"}}',
    "Wait": '(["{}"])',
    "Pass": '["{}"]',
    "Succeed": '(("{}"))',
    "Fail": '(("{}"))',
}


def picture() -> str:
    """The state machine as a flowchart, in a fence of Markdown."""
    states: Mapping[str, Any] = definition("function", "topic")["States"]
    ids = {name: f"s{number}" for number, name in enumerate(states)}
    lines = [f"    {ids[name]}{_node(name, state)}" for name, state in states.items()]
    for name, state in states.items():
        lines += [f"    {ids[name]} {arrow} {ids[end]}" for arrow, end in _arrows(state)]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```"]) + "\n"


def _node(name: str, state: Mapping[str, Any]) -> str:
    comment = f"<br/>{state['Comment']}" if "Comment" in state else ""
    return _SHAPES[state["Type"]].format(f"{name}{comment}")


def _arrows(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The states that follow, each with the arrow that leads there."""
    for choice in state.get("Choices", ()):
        yield f'-- "{choice.get("StringEquals", "yes")}" -->', choice["Next"]
    if "Default" in state:
        yield "-->", state["Default"]
    if "Next" in state:
        yield "-->", state["Next"]
    for catcher in state.get("Catch", ()):
        if catcher["Next"] != state.get("Next"):
            yield '-. "error" .->', catcher["Next"]
