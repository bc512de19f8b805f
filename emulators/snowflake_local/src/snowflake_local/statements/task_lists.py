"""SHOW TASKS and DESCRIBE TASK.

https://docs.snowflake.com/en/sql-reference/sql/show-tasks and .../desc-task.
"""

import json
from datetime import datetime

from snowflake_local.access.requirement import seen
from snowflake_local.model.errors import SqlError
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Reader
from snowflake_local.objects.task import Overlap, Task
from snowflake_local.statements.context import StatementContext
from snowflake_local.statements.show_options import read_like, read_scope

_COLUMNS = (
    *("created_on", "name", "id", "database_name", "schema_name", "owner", "comment"),
    *("warehouse", "schedule", "predecessors", "state", "definition", "condition"),
    *("allow_overlapping_execution", "error_integration", "last_committed_on"),
    *("last_suspended_on", "owner_role_type", "config", "task_relations"),
    *("last_suspended_reason", "success_integration", "scheduling_mode"),
    *("target_completion_interval", "execute_as_user"),
)
_TERSE = ("created_on", "name", "kind", "database_name", "schema_name", "schedule")
_MOST_ROWS = 10_000


def show(context: StatementContext, reader: Reader) -> StatementResult:
    """SHOW [TERSE] TASKS [LIKE] [IN] [STARTS WITH] [ROOT ONLY] [LIMIT]."""
    reader.expect("SHOW")
    columns = _TERSE if reader.accept("TERSE") else _COLUMNS
    reader.expect("TASKS")
    like, scope = read_like(reader), read_scope(context, reader)
    beginning = reader.string() if reader.accept("STARTS", "WITH") else ""
    roots_only = reader.accept("ROOT", "ONLY")
    limit = _read_limit(reader) if reader.accept("LIMIT") else _MOST_ROWS
    reader.end()
    found = [
        task
        for task in context.tasks.all()
        if like(task.name.name)
        and scope(task.name)
        and task.name.name.startswith(beginning)
        and (task.is_root or not roots_only)
        and context.access.sees(task.securable)
    ]
    return StatementResult.table(columns, [_record(context, task) for task in found[:limit]])


def describe(context: StatementContext, reader: Reader) -> StatementResult:
    """{DESCRIBE | DESC} TASK name."""
    reader.take()
    reader.expect("TASK")
    task = context.tasks.find(context.resolve(reader.parts()))
    reader.end()
    context.access.require(seen(task.securable))
    return StatementResult.table(_COLUMNS, [_record(context, task)])


def _read_limit(reader: Reader) -> int:
    text = reader.take().text
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_ROWS:
        raise SqlError.compilation(f"LIMIT takes a number of 1 to {_MOST_ROWS}, not {text}.")
    if reader.peek().keyword == "FROM":
        raise SqlError.unsupported("LIMIT ... FROM of SHOW TASKS is not emulated locally.")
    return int(text)


def _record(context: StatementContext, task: Task) -> dict[str, str | None]:
    predecessors = [str(name) for name in task.predecessors]
    overlaps = str(task.overlap is not Overlap.NO_OVERLAP).lower()
    return {
        "created_on": _shown(task.created_on),
        "name": task.name.name,
        "id": task.id,
        "database_name": task.name.database,
        "schema_name": task.name.schema,
        "owner": context.access.control.snapshot.owner_role(task.securable),
        "comment": task.options.get("COMMENT"),
        "warehouse": task.warehouse or None,
        "schedule": task.options.get("SCHEDULE"),
        "predecessors": json.dumps(predecessors),
        "state": "started" if task.started else "suspended",
        "definition": task.body,
        "condition": task.condition,
        "allow_overlapping_execution": overlaps if task.is_root else None,
        "last_committed_on": _shown(task.committed_on),
        "last_suspended_on": _shown(task.suspended_on),
        "owner_role_type": "ROLE",
        "config": task.options.get("CONFIG"),
        "task_relations": json.dumps({"Predecessors": predecessors}),
        "last_suspended_reason": task.suspended_reason,
    }


def _shown(time: str | None) -> str | None:
    if time is None:
        return None
    return datetime.fromisoformat(time).isoformat(sep=" ", timespec="milliseconds")
