"""Runs of tasks, as TASK_HISTORY has them."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from snowflake_local.model.syntax import Name

#: States of a run that failed; the others say nothing against its task.
FAILED = ("FAILED", "FAILED_AND_AUTO_SUSPENDED")


@dataclass(frozen=True, kw_only=True)
class TaskRun:
    """One run of a task; times are aware."""

    #: Of this run alone; empty for one that is to come.
    id: str
    task_id: str
    task: Name
    query_id: str | None = None
    query_text: str
    condition_text: str | None
    state: str
    error_code: str | None = None
    error_message: str | None = None
    scheduled_time: datetime
    query_start_time: datetime | None = None
    next_scheduled_time: datetime | None = None
    completed_time: datetime | None = None
    root_task_id: str
    graph_version: int
    #: When its graph was due, in milliseconds.
    run_id: int
    return_value: str | None = None
    scheduled_from: str
    config: str | None = None
    graph_run_group_id: str

    def to_json(self) -> str:
        """The run as text."""
        return json.dumps(asdict(self), default=datetime.isoformat)

    @classmethod
    def from_json(cls, text: str) -> "TaskRun":
        """The inverse of `to_json`."""
        document = json.loads(text)
        times = {
            name: datetime.fromisoformat(value)
            for name, value in document.items()
            if name.endswith("_time") and value is not None
        }
        return cls(**(document | times | {"task": Name(*document["task"])}))
