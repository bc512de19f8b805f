"""The tasks of the account, as the catalog keeps them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from threading import RLock

from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import Name
from snowflake_local.objects.catalog import Catalog
from snowflake_local.objects.task import Task
from snowflake_local.objects.task_graph import TaskGraph


class TaskCatalog:
    """All tasks, and what several statements do to them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._tasks: list[Task] = []
        self._version = -1
        #: Held by whoever reads a task and then changes it.
        self.lock = RLock()

    def all(self) -> list[Task]:
        """Every task, by name."""
        version = self._catalog.version
        if self._version != version:
            self._tasks = [*map(Task.from_document, self._catalog.all("TASK").values())]
            self._version = version
        return self._tasks

    def get(self, name: Name) -> Task | None:
        """A task, if it exists."""
        document = self._catalog.get("TASK", str(name))
        return None if document is None else Task.from_document(document)

    def find(self, name: Name) -> Task:
        """A task; raise SqlError if there is none."""
        task = self.get(name)
        if task is None:
            raise SqlError.missing("Task", str(name))
        return task

    def graph(self) -> TaskGraph:
        """The order of all tasks."""
        return TaskGraph(self.all())

    def put(self, *tasks: Task) -> None:
        """Create or replace tasks; raise SqlError and change nothing if a graph would be wrong."""
        self._change(tasks, gone=())

    def require_suspended(self, task: Task) -> None:
        """Raise SqlError while the root of a task's graph is not suspended."""
        for root in self.graph().roots(task.name):
            if root.started:
                raise SqlError(
                    f"Unable to update graph with root task {root.name} since that root task is "
                    "not suspended.",
                    91421,
                    "22000",
                )

    def commit(self, root: Task, now: datetime, others: Iterable[Task] = ()) -> Task:
        """Put a root and others of its graph, all of which get its version; give the root."""
        given = {task.name: task for task in (root, *others)}
        members = [given.get(task.name, task) for task in self.graph().members(root.name)]
        version = root.version + any(task.changed for task in members)
        self.put(*(task.committed(version, now) for task in members))
        return self.find(root.name)

    def cut(self, ties: Iterable[tuple[Name, Name]], now: datetime) -> None:
        """Let tasks no longer run after others, given as pairs."""
        lost: dict[Name, set[Name]] = {}
        for child, predecessor in ties:
            lost.setdefault(child, set()).add(predecessor)
        self.put(*(self.find(child).without(names, now) for child, names in lost.items()))

    def remove(self, task: Task, now: datetime, *, heir: Task | None = None) -> None:
        """Remove a task and what ties others to it; another one may take its name at once."""
        children = [child.without([task.name], now) for child in self.graph().children(task.name)]
        self._change([*children, *([heir] if heir else [])], gone=(task.name,))

    def drop_all(self, database: str, schema: str | None = None) -> None:
        """Forget the tasks of a schema or database that is gone."""
        names = (task.name for task in self.all())
        self._change(
            [],
            gone=[
                name
                for name in names
                if name.database == database and schema in {None, name.schema}
            ],
        )

    def _change(self, tasks: Collection[Task], *, gone: Collection[Name]) -> None:
        names = {*gone, *(task.name for task in tasks)}
        if not names:
            return
        graph = TaskGraph([*(one for one in self.all() if one.name not in names), *tasks])
        for task in tasks:
            graph.check(task.name)
        self._catalog.change(
            remove=[("TASK", str(name)) for name in sorted(names)],
            put=[("TASK", str(task.name), task.to_document()) for task in tasks],
        )
