"""Options and other clauses of CREATE TASK and ALTER TASK, read and checked.

https://docs.snowflake.com/en/sql-reference/sql/create-task.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from snowflake_local.model.errors import SqlError
from snowflake_local.model.schedule import Schedule
from snowflake_local.model.session_parameters import SessionParameters
from snowflake_local.model.syntax import Name, Reader
from snowflake_local.objects import task_condition
from snowflake_local.objects.task import Overlap, Task
from snowflake_local.statements.context import StatementContext

_SIZES = ("XSMALL", "SMALL", "MEDIUM", "LARGE", "XLARGE", "XXLARGE", "X2LARGE")
_LONGEST_TIMEOUT_MS = 604_800_000
#: Another spelling of OVERLAP_POLICY, and what it stands for.
_OVERLAPPING = "ALLOW_OVERLAPPING_EXECUTION"
_OVERLAPS = {"TRUE": Overlap.ALLOW_CHILD_OVERLAP.value, "FALSE": Overlap.NO_OVERLAP.value}
#: What stands where an option could, and is none.
_CLAUSES = frozenset({"AFTER", "WHEN", "AS"})
_REFUSED = frozenset(
    {
        *("CLONE", "CONTACT", "COPY", "ERROR_INTEGRATION", "EXECUTE", "FINALIZE", "LOG_LEVEL"),
        *("SERVERLESS_TASK_MAX_STATEMENT_SIZE", "SERVERLESS_TASK_MIN_STATEMENT_SIZE"),
        *("SUCCESS_INTEGRATION", "TAG", "TARGET_COMPLETION_INTERVAL", "TASK_AUTO_RETRY_ATTEMPTS"),
        *("USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS", "WITH"),
    }
)


@dataclass
class TaskOptions:
    """Options of a task, and session parameters of its runs."""

    options: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)

    def added_to(self, task: Task) -> Task:
        """The task with these options beside its own."""
        return replace(
            task,
            options={**task.options, **self.options},
            parameters={**task.parameters, **self.parameters},
        )


def read_options(reader: Reader) -> TaskOptions:
    """Read `option = value ...` up to AFTER, WHEN, AS or the end."""
    read = TaskOptions()
    while not reader.at_end and reader.peek().keyword not in _CLAUSES:
        option = _read_name(reader)
        reader.expect("=")
        name = "OVERLAP_POLICY" if option == _OVERLAPPING else option
        place = read.options if option in _OPTIONS else read.parameters
        if name in place:
            raise SqlError.compilation(f"The property {name} of a task is set twice.")
        place[name] = _checked(option, reader)
        reader.accept(",")
    return read


def read_option_names(reader: Reader) -> list[str]:
    """Read `option, ...`, those that UNSET takes."""
    names: list[str] = []
    while not names or reader.accept(","):
        name = _read_name(reader)
        names.append("OVERLAP_POLICY" if name == _OVERLAPPING else name)
    reader.end()
    return names


def read_predecessors(context: StatementContext, reader: Reader) -> tuple[Name, ...]:
    """Read `task, ...`, each of which must exist."""
    names: list[Name] = []
    while not names or reader.accept(","):
        is_text = reader.peek().kind == "string"
        parts = Reader(reader.string()).parts() if is_text else reader.parts()
        names.append(context.tasks.find(context.resolve(parts)).name)
    return tuple(dict.fromkeys(names))


def read_config(reader: Reader) -> str:
    """Read the text of a configuration, a JSON object."""
    return _checked("CONFIG", reader)


def read_condition(condition: str) -> str:
    """The condition of WHEN, checked."""
    task_condition.check(condition)
    return condition


def _read_name(reader: Reader) -> str:
    name = reader.identifier()
    if name in _REFUSED:
        following = f" {reader.identifier()}" if name == "WITH" else ""
        raise SqlError.unsupported(
            f"The option {name}{following} of tasks is not emulated locally."
        )
    if name not in _OPTIONS and name != "AUTOCOMMIT":
        SessionParameters().unset(name)
    return name


def _checked(option: str, reader: Reader) -> str:
    text = reader.take().text if option == "WAREHOUSE" else reader.take().value
    check = _OPTIONS.get(option)
    if check is None:
        _check_parameter(option, text)
        return text
    value = check(text)
    if value is None:
        raise SqlError.compilation(
            f"Invalid value '{text}' for property '{option}'.", 1008, "22023"
        )
    return value


def _check_parameter(name: str, value: str) -> None:
    """A session parameter of a task's runs: it must have its effect there."""
    if name != "AUTOCOMMIT":
        SessionParameters().set(name, value)
    elif value.upper() != "TRUE":
        raise SqlError.compilation("Tasks run with AUTOCOMMIT = TRUE.", 1008, "22023")


def _warehouse(text: str) -> str | None:
    reader = Reader(text.strip("'"))
    return reader.identifier() if not reader.at_end else None


def _size(text: str) -> str | None:
    size = text.upper().replace("-", "")
    return size if size in _SIZES else None


def _schedule(text: str) -> str:
    Schedule(text)
    return text


def _config(text: str) -> str | None:
    try:
        return text if isinstance(json.loads(text), dict) else None
    except ValueError:
        return None


def _overlap_policy(text: str) -> str | None:
    return text.upper() if text.upper() in Overlap.__members__ else None


def _number(most: int | None) -> Callable[[str], str | None]:
    return lambda text: text if text.isdecimal() and (most is None or int(text) <= most) else None


_OPTIONS: dict[str, Callable[[str], str | None]] = {
    "WAREHOUSE": _warehouse,
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE": _size,
    "SCHEDULE": _schedule,
    "CONFIG": _config,
    "OVERLAP_POLICY": _overlap_policy,
    _OVERLAPPING: lambda text: _OVERLAPS.get(text.upper()),
    "USER_TASK_TIMEOUT_MS": _number(_LONGEST_TIMEOUT_MS),
    "SUSPEND_TASK_AFTER_NUM_FAILURES": _number(None),
    "COMMENT": str,
}
