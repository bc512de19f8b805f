"""A run of the loop: the document that the state machine hands from step to step."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from functions.gate_rule import GateRule

#: `wait`: the step goes on, ask again; `done`: take the next one; `ended`: it has its outcome.
Progress = Literal["wait", "done", "ended"]
#: Seconds of waits: each is a quarter of the time that the step has taken, so that a short one
#: is soon noticed, and the longest fits the 25,000 events of an execution's history.
#: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_FIRST_WAIT, _LONGEST_WAIT, _GROWTH = 15, 1800, 1.25
_GROWING_WAITS = 30
Status = Literal["Promoted", "Refused", "Skipped", "Failed"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The end of a run, as people read it."""

    status: Status
    message: str
    #: Of a mail: ASCII, at most 100 characters.
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run: what it was asked for, and how far it has come."""

    id: str
    model_name: str
    input_table: str
    output_table: str
    options: Mapping[str, Any] = field(default_factory=dict)
    #: Ratings that must have come since what serves was trained; 0: train in any case.
    least_new_ratings: int = 0
    progress: Progress = "done"
    #: Times that the step was asked again, and seconds until the next one.
    waits: int = 0
    wait_seconds: int = 0
    training_job: str = ""
    #: Whether anything served when the run began.
    served: bool = False
    #: Configuration that served when the gate was asked.
    champion: str = ""
    version: int | None = None
    #: Figures of the day before that are beyond their limits, as the view `drift` has them.
    drifts: int = 0
    gate: list[GateRule] = field(default_factory=list)
    outcome: Outcome | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any], run_id: str) -> Self:
        """The run in a document of the state machine, which may hold more than a run."""
        known = {name: document[name] for name in cls.__dataclass_fields__ if name in document}
        outcome = document.get("outcome")
        return cls(**known | {"id": run_id, "outcome": Outcome(**outcome) if outcome else None})

    def document(self) -> dict[str, Any]:
        """The run as the state machine keeps it."""
        return asdict(self)

    def waiting(self) -> Self:
        """The run while its step goes on: the longer that takes, the longer the next wait."""
        grown = _FIRST_WAIT * _GROWTH ** min(self.waits, _GROWING_WAITS)
        seconds = min(_LONGEST_WAIT, round(grown))
        return replace(self, progress="wait", waits=self.waits + 1, wait_seconds=seconds)

    def done(self, **news: Any) -> Self:
        """The run after its step."""
        return replace(self, progress="done", waits=0, **news)

    def ended(self, status: Status, message: str) -> Self:
        """The run with its outcome."""
        outcome = Outcome(status=status, message=message)
        return replace(self, progress="ended", waits=0, outcome=outcome)

    def batch_id(self, step: str) -> str:
        """Names what a step makes, so that the same step finds it again."""
        return f"{self.id}/{step}"
