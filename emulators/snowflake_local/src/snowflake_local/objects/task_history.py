"""The history of tasks: their runs of the last seven days, in a table beside the catalog.

https://docs.snowflake.com/en/sql-reference/functions/task_history.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock

from duckdb import DuckDBPyConnection

from snowflake_local.objects.task_run import FAILED, TaskRun

#: Account files of every version hold its schema, so that name stays.
_TABLE = "_fs_global.snowreel.task_runs"
KEPT = timedelta(days=7)
_BROKEN_OFF = "The warehouse ended while the task ran."


class TaskHistory:
    """The runs that have begun, in the order in which they began or ended."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._lock = RLock()
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS {_TABLE} (id VARCHAR, task_id VARCHAR, state VARCHAR, "
            "scheduled_time TIMESTAMPTZ, completed_time TIMESTAMPTZ, run VARCHAR)"
        )

    def put(self, run: TaskRun) -> None:
        """Note a run that has begun, or how it ended."""
        with self._lock:
            self._connection.begin()
            self._connection.execute(f"DELETE FROM {_TABLE} WHERE id = ?", [run.id])  # noqa: S608 - a constant
            self._connection.execute(
                f"INSERT INTO {_TABLE} VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
                [
                    run.id,
                    run.task_id,
                    run.state,
                    run.scheduled_time,
                    run.completed_time,
                    run.to_json(),
                ],
            )
            self._connection.commit()

    def recent(self, now: datetime) -> list[TaskRun]:
        """Runs that were due in the last seven days, the latest first."""
        query = f"SELECT run FROM {_TABLE} WHERE scheduled_time >= ? ORDER BY scheduled_time DESC, rowid DESC"  # noqa: S608, E501 - a constant
        return [TaskRun.from_json(text) for (text,) in self._rows(query, now - KEPT)]

    def failures_in_a_row(self, task_id: str, since: datetime) -> int:
        """Runs of a task that failed since it was resumed, the last ones, until one succeeded."""
        query = (
            f"SELECT state FROM {_TABLE} WHERE task_id = ? AND completed_time >= ? "  # noqa: S608 - a constant
            "AND state NOT IN ('SKIPPED', 'CANCELLED') ORDER BY rowid DESC"
        )
        failures = 0
        for (state,) in self._rows(query, task_id, since):
            if state not in FAILED:
                break
            failures += 1
        return failures

    def forget_old(self, now: datetime) -> None:
        """Forget runs that nobody can ask for any more."""
        self._rows(f"DELETE FROM {_TABLE} WHERE scheduled_time < ?", now - 2 * KEPT)  # noqa: S608 - a constant

    def break_off(self, now: datetime) -> None:
        """Note that runs have ended which an earlier process has begun."""
        for (text,) in self._rows(f"SELECT run FROM {_TABLE} WHERE completed_time IS NULL"):  # noqa: S608 - a constant
            self.put(
                replace(
                    TaskRun.from_json(text),
                    state="CANCELLED",
                    error_message=_BROKEN_OFF,
                    completed_time=now,
                )
            )

    def _rows(self, query: str, *values: object) -> list[tuple[str, ...]]:
        with self._lock:
            rows: list[tuple[str, ...]] = self._connection.execute(query, list(values)).fetchall()
            return rows
