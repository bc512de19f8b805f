"""Tasks: statements that the warehouse runs by itself."""

from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Reader
from snowflake_local.statements import task_definitions, task_lists, task_states
from snowflake_local.statements.context import StatementContext
from snowflake_local.statements.statement_kind import (
    CREATE,
    DDL,
    DESCRIBE,
    Run,
    StatementKind,
    emulated,
    refused,
)

_RUN = "its owner EXECUTE TASK on the account and USAGE on its warehouse"


def _alone(run: Run) -> Run:
    """Let no other statement change a task meanwhile."""

    def run_alone(context: StatementContext, reader: Reader) -> StatementResult:
        with context.tasks.lock:
            return run(context, reader)

    return run_alone


def _call(function: str, verbs: str = "SELECT") -> str:
    return rf"{verbs} " + function.replace("$", r"\$")


KINDS: tuple[StatementKind, ...] = (
    emulated(
        "CREATE TASK",
        CREATE + r"TASK",
        "create or replace task k warehouse = w schedule = '60 minutes' as select 1 as a",
        _alone(task_definitions.create),
        effect=DDL,
        note="a new task is suspended; see [below](#tasks) for what is refused",
        needs=(
            "CREATE TASK on the schema; USAGE on the warehouse, or EXECUTE MANAGED TASK on the "
            "account; OWNERSHIP of what it replaces and of its predecessors"
        ),
    ),
    refused(
        "CREATE OR ALTER TASK",
        r"CREATE OR ALTER TASK",
        "create or alter task k as select 1",
        "create the task, or alter it",
    ),
    refused(
        "COMMENT ON TASK",
        r"COMMENT (IF EXISTS )?ON TASK",
        "comment on task k is 'x'",
        "set its COMMENT",
    ),
    emulated(
        "ALTER TASK",
        r"ALTER TASK",
        "alter task k resume",
        _alone(task_definitions.alter),
        effect=DDL,
        note="the root of its graph must be suspended",
        needs=f"OWNERSHIP; for RESUME and SUSPEND OPERATE will do; for RESUME {_RUN}",
    ),
    emulated(
        "EXECUTE TASK",
        r"EXECUTE TASK",
        "execute task k",
        _alone(task_states.execute),
        effect=DDL,
        note="runs at once, or after what runs; no RETRY",
        needs=f"OPERATE or OWNERSHIP; {_RUN}",
    ),
    emulated(
        "SHOW TASKS",
        r"SHOW (TERSE )?TASKS",
        "show tasks",
        task_lists.show,
        note="those that the role has a privilege on",
    ),
    emulated(
        "DESCRIBE TASK",
        DESCRIBE + r"TASK",
        "describe task k",
        task_lists.describe,
        needs="any privilege on it",
    ),
    emulated(
        task_states.DEPENDENTS_ENABLE,
        _call(task_states.DEPENDENTS_ENABLE),
        "select system$task_dependents_enable('k')",
        _alone(task_states.enable_dependents),
        effect=DDL,
        needs=f"OWNERSHIP of each; {_RUN}",
    ),
    emulated(
        task_states.CANCEL,
        _call(task_states.CANCEL),
        "select system$user_task_cancel_ongoing_executions('k')",
        task_states.cancel,
        needs="OPERATE or OWNERSHIP",
    ),
    emulated(
        task_states.SET_RETURN_VALUE,
        _call(task_states.SET_RETURN_VALUE, "(SELECT|CALL)"),
        "call system$set_return_value('x')",
        task_states.set_return_value,
        note="in a task alone",
    ),
    emulated(
        "DROP TASK",
        r"DROP TASK",
        "drop task if exists k",
        _alone(task_definitions.drop),
        effect=DDL,
        note="those that ran after it are suspended",
        needs="OWNERSHIP",
    ),
)
