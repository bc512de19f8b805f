"""TASK_HISTORY of INFORMATION_SCHEMA, as a table of the session that a query reads.

https://docs.snowflake.com/en/sql-reference/functions/task_history.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection
from sqlglot import Expr, exp

from snowflake_local.access.securable import Securable
from snowflake_local.access.session_access import SessionAccess
from snowflake_local.access.task_rights import sees_runs
from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import Reader
from snowflake_local.objects.task_history import KEPT
from snowflake_local.objects.task_run import FAILED, TaskRun

_FUNCTION = "TASK_HISTORY"
#: The session's own table that holds the rows for a moment.
_ROWS = "_TASK_HISTORY"
_TIME = pa.timestamp("us", "UTC")
_COLUMNS: tuple[tuple[str, pa.DataType, Callable[[TaskRun], Any]], ...] = (
    ("QUERY_ID", pa.string(), lambda run: run.query_id),
    ("NAME", pa.string(), lambda run: run.task.name),
    ("DATABASE_NAME", pa.string(), lambda run: run.task.database),
    ("SCHEMA_NAME", pa.string(), lambda run: run.task.schema),
    ("QUERY_TEXT", pa.string(), lambda run: run.query_text),
    ("CONDITION_TEXT", pa.string(), lambda run: run.condition_text),
    ("STATE", pa.string(), lambda run: run.state),
    ("ERROR_CODE", pa.string(), lambda run: run.error_code),
    ("ERROR_MESSAGE", pa.string(), lambda run: run.error_message),
    ("SCHEDULED_TIME", _TIME, lambda run: run.scheduled_time),
    ("QUERY_START_TIME", _TIME, lambda run: run.query_start_time),
    ("NEXT_SCHEDULED_TIME", _TIME, lambda run: run.next_scheduled_time),
    ("COMPLETED_TIME", _TIME, lambda run: run.completed_time),
    ("ROOT_TASK_ID", pa.string(), lambda run: run.root_task_id),
    ("GRAPH_VERSION", pa.int64(), lambda run: run.graph_version),
    ("RUN_ID", pa.int64(), lambda run: run.run_id),
    ("RETURN_VALUE", pa.string(), lambda run: run.return_value),
    ("SCHEDULED_FROM", pa.string(), lambda run: run.scheduled_from),
    ("ATTEMPT_NUMBER", pa.int64(), lambda _run: 1),
    ("CONFIG", pa.string(), lambda run: run.config),
    ("QUERY_HASH", pa.string(), lambda _run: None),
    ("QUERY_HASH_VERSION", pa.int64(), lambda _run: None),
    ("QUERY_PARAMETERIZED_HASH", pa.string(), lambda _run: None),
    ("QUERY_PARAMETERIZED_HASH_VERSION", pa.int64(), lambda _run: None),
    ("GRAPH_RUN_GROUP_ID", pa.string(), lambda run: run.graph_run_group_id),
)
_DEFAULT_ROWS, _MOST_ROWS = 100, 10_000
_TOO_OLD = "Cannot retrieve data from more than 7 days ago."


def asked_for(expression: Expr) -> list[exp.TableFromRows]:
    """The calls of TASK_HISTORY in a statement."""
    calls = [table for table in expression.find_all(exp.TableFromRows) if _is_history(table.this)]
    if calls and isinstance(expression, exp.Create) and expression.args.get("kind") == "VIEW":
        raise SqlError.unsupported(f"A view on {_FUNCTION} is not emulated locally: query it.")
    return calls


def _is_history(called: Expr) -> bool:
    if not isinstance(called, exp.Dot) or called.expression.name.upper() != _FUNCTION:
        return False
    place = called.this.expression if isinstance(called.this, exp.Dot) else called.this
    return str(place.name).upper() == "INFORMATION_SCHEMA"


def put_in_place(
    calls: Iterable[exp.TableFromRows],
    runs: Iterable[TaskRun],
    access: SessionAccess,
    connection: DuckDBPyConnection,
    *,
    now: datetime,
) -> None:
    """Let calls of TASK_HISTORY read the runs that the session may see."""
    control, actor = access.control, access.actor
    seen_runs = [run for run in runs if sees_runs(control, actor, Securable("TASK", run.task))]
    connection.register(_ROWS, _table(seen_runs, access))
    for call in calls:
        query = _query(call.this.expression, now)
        query.set("alias", call.args.get("alias") or exp.TableAlias(this=exp.to_identifier(_ROWS)))
        call.replace(query)


def _table(runs: list[TaskRun], access: SessionAccess) -> pa.Table:
    """The runs as a table; where they are is hidden from whom the schema is."""
    columns = {name: [value(run) for run in runs] for name, _, value in _COLUMNS}
    is_shown = [access.sees(Securable("SCHEMA", run.task[:2])) for run in runs]
    for name in ("DATABASE_NAME", "SCHEMA_NAME"):
        places = zip(columns[name], is_shown, strict=True)
        columns[name] = [place if shown else None for place, shown in places]
    arrays = [pa.array(columns[name], kind) for name, kind, _ in _COLUMNS]
    return pa.Table.from_arrays(arrays, names=[name for name, *_ in _COLUMNS])


def _query(call: exp.Anonymous, now: datetime) -> exp.Subquery:
    arguments = _arguments(call)
    limit = _number(arguments.pop("RESULT_LIMIT", None))
    if "SCHEMA_NAME" in arguments and "DATABASE_NAME" not in arguments:
        raise SqlError.compilation("SCHEMA_NAME needs DATABASE_NAME beside it.")
    conditions = [_CONDITIONS[name](value, now) for name, value in arguments.items()]
    query = exp.select("*").from_(exp.table_(_ROWS, db="temp")).where(*conditions)
    return query.order_by(exp.column("SCHEDULED_TIME").desc()).limit(limit).subquery()


def _arguments(call: exp.Anonymous) -> dict[str, Expr]:
    arguments: dict[str, Expr] = {}
    for argument in call.expressions:
        name = argument.this.name.upper() if isinstance(argument, exp.Kwarg) else ""
        if name not in {*_CONDITIONS, "RESULT_LIMIT"}:
            raise SqlError.compilation(
                f"{_FUNCTION} does not know the argument '{argument.sql('snowflake')}': "
                f"name one of RESULT_LIMIT, {', '.join(_CONDITIONS)}."
            )
        arguments[name] = argument.expression
    return arguments


def _number(value: Expr | None) -> int:
    if value is None:
        return _DEFAULT_ROWS
    text = value.name if isinstance(value, exp.Literal) else ""
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_ROWS:
        raise SqlError.compilation(f"RESULT_LIMIT takes a number of 1 to {_MOST_ROWS}.")
    return int(text)


def _since(value: Expr, now: datetime) -> Expr:
    """From a time on, which must be within the days that are kept."""
    oldest = exp.cast(exp.Literal.string((now - KEPT).isoformat()), "TIMESTAMPTZ")
    failure = exp.Anonymous(this="error", expressions=[exp.Literal.string(_TOO_OLD)])
    start = exp.cast(value, "TIMESTAMPTZ")
    checked = exp.Case().when(exp.LT(this=start, expression=oldest), failure).else_(start.copy())
    return exp.GTE(this=exp.column("SCHEDULED_TIME"), expression=checked)


def _until(value: Expr, _now: datetime) -> Expr:
    end = exp.cast(value, "TIMESTAMPTZ")
    return exp.LTE(this=exp.column("SCHEDULED_TIME"), expression=end)


def _named(value: Expr, _now: datetime) -> Expr:
    return exp.EQ(this=exp.Upper(this=exp.column("NAME")), expression=exp.Upper(this=value))


def _identified(column: str) -> Callable[[Expr, datetime], Expr]:
    """Equal to a constant name, in whose text quotes keep the letters."""

    def condition(value: Expr, _now: datetime) -> Expr:
        if not isinstance(value, exp.Literal):
            raise SqlError.unsupported(f"{column} takes a constant text in the local warehouse.")
        name = exp.Literal.string(Reader(value.name).identifier())
        return exp.EQ(this=exp.column(column), expression=name)

    return condition


def _failed(value: Expr, _now: datetime) -> Expr:
    states = [exp.Literal.string(state) for state in (*FAILED, "CANCELLED")]
    failed = exp.In(this=exp.column("STATE"), expressions=states)
    return exp.or_(exp.not_(value), failed)


def _of_root(value: Expr, _now: datetime) -> Expr:
    return exp.EQ(this=exp.column("ROOT_TASK_ID"), expression=value)


_CONDITIONS: dict[str, Callable[[Expr, datetime], Expr]] = {
    "SCHEDULED_TIME_RANGE_START": _since,
    "SCHEDULED_TIME_RANGE_END": _until,
    "TASK_NAME": _named,
    "DATABASE_NAME": _identified("DATABASE_NAME"),
    "SCHEMA_NAME": _identified("SCHEMA_NAME"),
    "ERROR_ONLY": _failed,
    "ROOT_TASK_ID": _of_root,
}
