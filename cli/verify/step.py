"""One step of a verification: what it expects, how long it may take, what it was seen to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cli.verify.site import Site

State = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class Step:
    """One thing that a deployment must be able to do."""

    name: str
    #: One sentence, for the report.
    expected: str
    budget_seconds: float
    #: Returns what was seen.
    run: Callable[[Site], str]
    #: What is paid for while it runs: names of `bill.HOURLY`.
    pays: tuple[str, ...] = ()
    #: Done again when a run goes on where it ended: it changes nothing and may have become untrue.
    every_time: bool = False
    #: Removes something; these steps alone run with `--clean`.
    removes: bool = False


@dataclass(frozen=True)
class Outcome:
    """The state in which a step ended, and what was seen."""

    step: str
    state: State
    seen: str
    seconds: float = 0.0
