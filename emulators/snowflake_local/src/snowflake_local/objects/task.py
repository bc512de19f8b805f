"""Tasks: a statement, when it is due, and how it was set up."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from snowflake_local.access.securable import Securable
from snowflake_local.model.schedule import Schedule
from snowflake_local.model.syntax import Name

#: https://docs.snowflake.com/en/sql-reference/sql/create-task
_DEFAULT_TIMEOUT_MS = 3_600_000
_LONGEST_TIMEOUT_MS = 604_800_000
_DEFAULT_FAILURES = 10


class Overlap(Enum):
    """Runs of a task graph that may go on at once."""

    NO_OVERLAP = "NO_OVERLAP"
    ALLOW_CHILD_OVERLAP = "ALLOW_CHILD_OVERLAP"
    ALLOW_ALL_OVERLAP = "ALLOW_ALL_OVERLAP"


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task, as CREATE TASK and ALTER TASK have left it; times are in UTC, as ISO 8601."""

    name: Name
    id: str
    created_on: str
    #: The statement that it runs.
    body: str
    condition: str | None = None
    #: The options that are set, by name, checked.
    options: Mapping[str, str] = field(default_factory=dict)
    #: Session parameters of its runs.
    parameters: Mapping[str, str] = field(default_factory=dict)
    predecessors: tuple[Name, ...] = ()
    started: bool = False
    resumed_on: str | None = None
    suspended_on: str | None = None
    suspended_reason: str | None = None
    #: When its version was set, by RESUME or EXECUTE; what is changed later waits for the next one.
    committed_on: str | None = None
    version: int = 0
    changed: bool = True

    @property
    def securable(self) -> Securable:
        """The thing that privileges are granted on."""
        return Securable("TASK", tuple(self.name))

    @property
    def is_root(self) -> bool:
        """True unless it runs after another one."""
        return not self.predecessors

    @property
    def warehouse(self) -> str:
        """The warehouse of its runs; empty: they are serverless."""
        return self.options.get("WAREHOUSE", "")

    @property
    def overlap(self) -> Overlap:
        """Runs of its graph that may go on at once."""
        return Overlap(self.options.get("OVERLAP_POLICY", Overlap.NO_OVERLAP.value))

    @property
    def timeout_seconds(self) -> float:
        """The time limit of a run, for a root that of its whole graph."""
        limit = int(self.options.get("USER_TASK_TIMEOUT_MS", _DEFAULT_TIMEOUT_MS))
        return (limit or _LONGEST_TIMEOUT_MS) / 1000

    @property
    def failures_allowed(self) -> int:
        """Failed runs in a row after which it is suspended; 0: however many."""
        return int(self.options.get("SUSPEND_TASK_AFTER_NUM_FAILURES", _DEFAULT_FAILURES))

    def following(self, after: datetime) -> datetime | None:
        """When it is due next; None if it is suspended, has no schedule, or never."""
        if not self.started or self.resumed_on is None or "SCHEDULE" not in self.options:
            return None
        base = datetime.fromisoformat(self.resumed_on)
        return Schedule(self.options["SCHEDULE"]).following(max(after, base), base)

    def resumed(self, now: datetime) -> "Task":
        """The task once it is resumed; intervals are counted from then on."""
        return replace(self, started=True, resumed_on=now.isoformat())

    def suspended(self, reason: str, now: datetime) -> "Task":
        """The task once it is suspended."""
        return replace(self, started=False, suspended_on=now.isoformat(), suspended_reason=reason)

    def without(self, predecessors: Collection[Name], now: datetime) -> "Task":
        """The task without some predecessors; as a root it is suspended."""
        kept = tuple(name for name in self.predecessors if name not in predecessors)
        left = replace(self, predecessors=kept, changed=True)
        return left if kept else left.suspended("CHILD_BECAME_ROOT", now)

    def committed(self, version: int, now: datetime) -> "Task":
        """The task with a version that says what its next runs are."""
        return replace(self, version=version, committed_on=now.isoformat(), changed=False)

    def to_document(self) -> dict[str, Any]:
        """JSON's data types."""
        names = [list(name) for name in self.predecessors]
        return asdict(self) | {"name": list(self.name), "predecessors": names}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Task":
        """The inverse of `to_document`."""
        names = tuple(Name(*name) for name in document["predecessors"])
        return cls(**{**document, "name": Name(*document["name"]), "predecessors": names})
