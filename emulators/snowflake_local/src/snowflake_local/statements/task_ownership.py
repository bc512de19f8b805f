"""Tasks that get another owner: they stand still, and are tied to tasks of the same owner alone.

https://docs.snowflake.com/en/user-guide/tasks-graphs (Manage task graph ownership).
"""

from collections.abc import Sequence

from snowflake_local.access.securable import Securable
from snowflake_local.model.syntax import Name
from snowflake_local.statements.context import StatementContext


def require_transferable(context: StatementContext, tasks: Sequence[Securable]) -> None:
    """Raise SqlError while a task's graph runs: the new owner's rights were never looked at."""
    for on in tasks:
        context.tasks.require_suspended(context.tasks.find(Name(*on.parts)))


def cut_ties(context: StatementContext, tasks: Sequence[Securable]) -> None:
    """Suspend tasks, and cut what ties them to tasks of other owners."""
    now = context.now()
    moved = {Name(*on.parts) for on in tasks}
    owner = context.access.control.snapshot.owner_role
    with context.tasks.lock:
        for name in moved:
            context.tasks.put(context.tasks.find(name).suspended("GRANT_OWNERSHIP", now))
        ties = [
            (task.name, predecessor)
            for task in context.tasks.all()
            for predecessor in task.predecessors
            if moved.intersection({task.name, predecessor})
            and owner(task.securable) != owner(context.tasks.find(predecessor).securable)
        ]
        context.tasks.cut(ties, now)
