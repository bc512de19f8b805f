"""Task graphs: which tasks run after which, and what Snowflake lets be one.

https://docs.snowflake.com/en/user-guide/tasks-graphs.
"""

from collections.abc import Callable, Iterable

from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import Name
from snowflake_local.objects.task import Task

_MOST_NEIGHBOURS = 100
_MOST_TASKS = 1000
#: Options that say something about a whole graph.
_OF_ROOTS = ("SCHEDULE", "CONFIG", "OVERLAP_POLICY", "SUSPEND_TASK_AFTER_NUM_FAILURES")


class TaskGraph:
    """Tasks and their order."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = {task.name: task for task in tasks}

    def children(self, name: Name) -> list[Task]:
        """The tasks that run right after one."""
        return [task for task in self._tasks.values() if name in task.predecessors]

    def members(self, name: Name) -> list[Task]:
        """A task and all that run after it."""
        return self._reached([name], lambda task: [one.name for one in self.children(task.name)])

    def roots(self, name: Name) -> list[Task]:
        """The tasks that a task's runs begin with; itself, if it runs after none."""
        return [task for task in self._above([name]) if task.is_root]

    def check(self, name: Name) -> None:
        """Raise SqlError unless a task, as it is, may be in its graph."""
        task = self._tasks[name]
        if task.is_root:
            return
        _check_options(task)
        if any(one[:2] != name[:2] for one in task.predecessors):
            raise SqlError.compilation("All tasks of a task graph must be in the same schema.")
        if task in self._above(task.predecessors):
            raise SqlError.compilation(f"Task {name} would run after itself.")
        self._check_size(task)

    def _check_size(self, task: Task) -> None:
        root, *others = self.roots(task.name)
        if others:
            named = ", ".join(str(one.name) for one in (root, *others))
            raise SqlError.compilation(
                f"A task graph has one root task, and {task.name} would have several: {named}."
            )
        busiest = max(len(self.children(one)) for one in task.predecessors)
        is_wide = max(busiest, len(task.predecessors)) > _MOST_NEIGHBOURS
        if is_wide or len(self.members(root.name)) > _MOST_TASKS:
            raise SqlError.compilation(
                f"A task may have {_MOST_NEIGHBOURS} predecessors and {_MOST_NEIGHBOURS} child "
                f"tasks, and a task graph {_MOST_TASKS} tasks."
            )

    def _above(self, names: Iterable[Name]) -> list[Task]:
        return self._reached(names, lambda task: task.predecessors)

    def _reached(
        self, names: Iterable[Name], ahead: Callable[[Task], Iterable[Name]]
    ) -> list[Task]:
        found: dict[Name, Task] = {}
        waiting = list(names)
        while waiting:
            task = self._tasks.get(waiting.pop(0))
            if task is not None and task.name not in found:
                found[task.name] = task
                waiting.extend(ahead(task))
        return list(found.values())


def _check_options(task: Task) -> None:
    for option in _OF_ROOTS:
        if option in task.options:
            what = "a schedule" if option == "SCHEDULE" else f"{option}, which is of root tasks,"
            raise SqlError.compilation(
                f"Task {task.name} cannot have both {what} and a predecessor."
            )
