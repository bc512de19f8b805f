"""States and runs of tasks: RESUME, SUSPEND, EXECUTE TASK, and the functions about them.

https://docs.snowflake.com/en/sql-reference/sql/alter-task and .../execute-task.
"""

import json

from snowflake_local.access.requirement import Requirement, owned
from snowflake_local.access.task_rights import require_run
from snowflake_local.model.errors import SqlError
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Reader
from snowflake_local.objects.task import Task
from snowflake_local.objects.task_context import merged
from snowflake_local.statements.context import StatementContext
from snowflake_local.statements.task_syntax import read_config

SET_RETURN_VALUE = "SYSTEM$SET_RETURN_VALUE"
DEPENDENTS_ENABLE = "SYSTEM$TASK_DEPENDENTS_ENABLE"
CANCEL = "SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS"


def resume(context: StatementContext, task: Task) -> None:
    """Let a task run: its owner must have what a run takes."""
    _require_operate(context, task)
    _require_run(context, task)
    if not task.is_root:
        context.tasks.require_suspended(task)
    _start(context, task)


def suspend(context: StatementContext, task: Task) -> None:
    """Let a task run no more; what runs goes on to its end."""
    _require_operate(context, task)
    if not task.is_root:
        context.tasks.require_suspended(task)
    context.tasks.put(task.suspended("USER_SUSPENDED", context.now()))


def execute(context: StatementContext, reader: Reader) -> StatementResult:
    """EXECUTE TASK name [USING CONFIG = config]."""
    reader.expect("EXECUTE", "TASK")
    task = context.tasks.find(context.resolve(reader.parts()))
    if reader.accept("RETRY"):
        raise SqlError.unsupported("EXECUTE TASK ... RETRY is not emulated locally: execute it.")
    changes = read_config(reader) if reader.accept("USING", "CONFIG", "=") else None
    reader.end()
    _require_operate(context, task)
    _require_run(context, task)
    if not task.is_root:
        raise SqlError.compilation(
            f"Cannot execute task {task.name}, which runs after others: execute the root task."
        )
    config = task.options.get("CONFIG")
    if changes is not None:
        config = json.dumps(merged(json.loads(config or "{}"), json.loads(changes)))
    context.task_runs.execute(context.tasks.commit(task, context.now()), config)
    return StatementResult.status(f"Task {task.name.name} is scheduled to run immediately.")


def enable_dependents(context: StatementContext, reader: Reader) -> StatementResult:
    """SELECT SYSTEM$TASK_DEPENDENTS_ENABLE(name): resume a task and all that run after it.

    https://docs.snowflake.com/en/sql-reference/functions/system_task_dependents_enable.
    """
    task = _read_call(context, reader, DEPENDENTS_ENABLE)
    members = context.tasks.graph().members(task.name)
    for member in members:
        context.access.require(owned(member.securable))
        _require_run(context, member)
    if not task.is_root:
        context.tasks.require_suspended(task)
    _start(context, *members)
    return StatementResult((DEPENDENTS_ENABLE,), [("Statement executed successfully.",)])


def cancel(context: StatementContext, reader: Reader) -> StatementResult:
    """SELECT SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS(name): cancel what runs of a task.

    https://docs.snowflake.com/en/sql-reference/functions/system_user_task_cancel_ongoing_executions.
    """
    task = _read_call(context, reader, CANCEL)
    _require_operate(context, task)
    done = context.task_runs.cancel(task)
    message = "Cancelled its ongoing executions." if done else "It has no ongoing execution."
    return StatementResult((CANCEL,), [(f"Task {task.name}: {message}",)])


def set_return_value(context: StatementContext, reader: Reader) -> StatementResult:
    """{SELECT | CALL} SYSTEM$SET_RETURN_VALUE(text): leave it for the tasks after this one.

    https://docs.snowflake.com/en/sql-reference/functions/system_set_return_value.
    """
    reader.take()
    reader.expect(SET_RETURN_VALUE, "(")
    value = reader.string()
    reader.expect(")")
    reader.end()
    if context.task is None:
        raise SqlError.compilation(f"Function {SET_RETURN_VALUE} must be called from a task.")
    context.task.return_value = value
    return StatementResult((SET_RETURN_VALUE,), [(value,)])


def _read_call(context: StatementContext, reader: Reader, function: str) -> Task:
    reader.expect("SELECT", function, "(")
    name = context.resolve(Reader(reader.string()).parts())
    reader.expect(")")
    reader.end()
    return context.tasks.find(name)


def _start(context: StatementContext, *tasks: Task) -> None:
    """Resume tasks in one change: the clock sees none of them without the others."""
    now = context.now()
    resumed = [task.resumed(now) for task in tasks if not task.started]
    root = next((task for task in resumed if task.is_root), None)
    if root is None:
        context.tasks.put(*resumed)
    else:
        context.tasks.commit(root, now, resumed)


def _require_operate(context: StatementContext, task: Task) -> None:
    context.access.require(Requirement(("OPERATE",), task.securable))


def _require_run(context: StatementContext, task: Task) -> None:
    control = context.access.control
    owner = control.snapshot.owner_role(task.securable) or ""
    require_run(control, owner, task.securable, task.warehouse)
