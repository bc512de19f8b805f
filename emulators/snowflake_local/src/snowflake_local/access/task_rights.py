"""Rights of a task's runs: what its owner must have, and who may see them.

https://docs.snowflake.com/en/user-guide/tasks-intro (Task security).
"""

from snowflake_local.access.actor import Actor
from snowflake_local.access.control import AccessControl
from snowflake_local.access.requirement import Requirement, global_need, need, owned
from snowflake_local.access.securable import ACCOUNT, Securable
from snowflake_local.model.errors import SqlError

#: Who runs tasks: the system's own user, whose identity nobody can assume.
SYSTEM_USER = "SYSTEM"


def require_run(control: AccessControl, role: str, on: Securable, warehouse: str) -> None:
    """Raise SqlError unless a task may run with the privileges of its owner.

    Args:
        control: The account's access control.
        role: The role that owns the task.
        on: The task.
        warehouse: Its warehouse; empty if it is serverless.
    """
    actor = control.actor(SYSTEM_USER, role, secondary=False)
    _require(control, actor, global_need("EXECUTE TASK"), "EXECUTE TASK privilege")
    if warehouse:
        usage = need("USAGE", Securable("WAREHOUSE", (warehouse,)))
        _require(control, actor, usage, "USAGE privilege on the task's warehouse")
    else:
        serverless = global_need("EXECUTE MANAGED TASK")
        _require(control, actor, serverless, "EXECUTE MANAGED TASK privilege")
    control.require(actor, [owned(on)])


def sees_runs(control: AccessControl, actor: Actor, on: Securable) -> bool:
    """True if somebody may see the runs of a task.

    https://docs.snowflake.com/en/sql-reference/functions/task_history (usage notes).
    """
    snapshot = control.snapshot
    of_task = any(snapshot.holds(actor.roles, one, on) for one in ("MONITOR", "OPERATE"))
    return of_task or snapshot.holds(actor.roles, "MONITOR EXECUTION", ACCOUNT)


def _require(control: AccessControl, actor: Actor, requirement: Requirement, subject: str) -> None:
    try:
        control.require(actor, [requirement])
    except SqlError:
        raise SqlError(
            f"Cannot execute task, {subject} must be granted to owner role", 91089, "23001"
        ) from None
