"""The events of an execution, no more than a standard workflow may have.

https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

MAX_EVENTS = 25_000
#: The end that an execution over the quota has.
FULL = {
    "error": "States.Runtime",
    "cause": f"The execution reached the maximum number of history events ({MAX_EVENTS}).",
}
#: The last event by the status of the execution.
ENDS = {
    "SUCCEEDED": "ExecutionSucceeded",
    "FAILED": "ExecutionFailed",
    "TIMED_OUT": "ExecutionTimedOut",
    "ABORTED": "ExecutionAborted",
}
_DATA = frozenset({"input", "output", "parameters"})

Event = dict[str, Any]


class LimitedHistory(EventManager):
    """Events of a running execution; the last place is kept for its end."""

    def __init__(self, fail: Callable[[Mapping[str, str]], None], limit: int = MAX_EVENTS) -> None:
        """Keep up to `limit` events, then call `fail` with the execution's error."""
        super().__init__()
        self._fail = fail
        self._limit = limit

    def add_event(self, context: Any, event_type: Any, *arguments: Any, **more: Any) -> int:
        """Add an event; its number, or that of the last one where there is no place."""
        has_place = len(self._history_event_list) < self._limit - 1
        if not has_place and event_type not in ENDS.values():
            self._fail(FULL)
            return int(context.source_event_id)
        return int(super().add_event(context, event_type, *arguments, **more))


def as_kept(events: Iterable[Mapping[str, Any]]) -> list[Event]:
    """The interpreter's events, as the API has them."""
    return [
        {
            **event,
            "type": str(event["type"].value),
            "timestamp": datetime.fromisoformat(event["timestamp"]).timestamp(),
        }
        for event in events
    ]


def ended(events: Iterable[Event], end: Mapping[str, Any]) -> list[Event]:
    """Events up to the end of an execution, as its document says.

    A task that was under way may have gone on; what came of it nobody learns in AWS either.
    """
    found = [event for event in events if event["type"] not in ENDS.values()]
    last = ENDS[end["status"]]
    name = f"{last[0].lower()}{last[1:]}EventDetails"
    details = {key: end[key] for key in ("output", "error", "cause") if key in end}
    previous = found[-1]["id"] if found else 0
    number = {"id": previous + 1, "previousEventId": previous}
    return [*found, {name: details, **number, "type": last, "timestamp": end["stopDate"]}]


def without_data(event: Event) -> Event:
    """An event without inputs and outputs."""
    return {
        key: {name: each for name, each in value.items() if name not in _DATA}
        if isinstance(value, dict)
        else value
        for key, value in event.items()
    }
