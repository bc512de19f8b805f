"""Runs of task graphs: each task once, after those that it runs after.

https://docs.snowflake.com/en/user-guide/tasks-graphs.
"""

import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import RLock

from snowflake_local.model.syntax import Name
from snowflake_local.objects.task import Task

Spawn = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """The purpose of a run of a graph."""

    due: datetime
    #: SCHEDULE or EXECUTE_TASK.
    source: str
    config: str | None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class GraphRun:
    """One run of a graph, with its tasks as they were when it began."""

    def __init__(self, root: Task, members: Iterable[Task], role: str, occasion: Occasion) -> None:
        self.root = root
        #: The role whose privileges it has.
        self.role = role
        self.occasion = occasion
        self._began = time.monotonic()
        #: The values that tasks have left for those after them.
        self.values: dict[Name, str | None] = {}
        self._members = {task.name: task for task in members}
        self._stops: dict[Name, Callable[[], None]] = {}
        self._cancelled: set[Name] = set()
        self._begun: set[Name] = set()
        self._ended: set[Name] = set()
        self._succeeded: set[Name] = set()
        self._lock = RLock()

    def seconds_left(self, task: Task) -> float:
        """The time that a task may take: its own limit, or what is left of the root's.

        https://docs.snowflake.com/en/user-guide/tasks-graphs (Task graph timeouts).
        """
        if not task.is_root and "USER_TASK_TIMEOUT_MS" in task.options:
            return task.timeout_seconds
        return max(self.root.timeout_seconds - (time.monotonic() - self._began), 0.0)

    @property
    def is_over(self) -> bool:
        """True once nothing of it runs, and nothing will."""
        return bool(self._begun) and self._begun == self._ended

    @property
    def is_root_over(self) -> bool:
        """True once its root task has ended."""
        return self.root.name in self._ended

    def start(self, run: Callable[[Task], bool], spawn: Spawn, on_end: Callable[[], None]) -> None:
        """Run the root, and then whatever is ready.

        Args:
            run: Runs a task; True if it succeeded.
            spawn: Starts work of its own.
            on_end: Called after each task.
        """

        def work(task: Task) -> None:
            succeeded = False
            try:
                succeeded = run(task)
            finally:
                for following in self._end(task, succeeded=succeeded):
                    spawn(partial(work, following))
                on_end()

        self._begun.add(self.root.name)
        spawn(partial(work, self.root))

    def _end(self, task: Task, *, succeeded: bool) -> list[Task]:
        """Note the end of a task; give those that may run now."""
        with self._lock:
            if succeeded:
                self._succeeded.add(task.name)
            ready = [] if self.root.name in self._cancelled else self._ready()
            self._begun.update(one.name for one in ready)
            self._ended.add(task.name)
            return ready

    def _ready(self) -> list[Task]:
        """Tasks whose predecessors, those that are not suspended, have all succeeded."""
        return [
            task
            for task in self._members.values()
            if task.started
            and task.name not in self._begun
            and (awaited := [one for one in task.predecessors if self._takes_part(one)])
            and self._succeeded.issuperset(awaited)
        ]

    def _takes_part(self, name: Name) -> bool:
        return name == self.root.name or self._members[name].started

    def watch(self, task: Task, stop: Callable[[], None]) -> None:
        """Let `cancel` stop a task that runs, now or already before."""
        with self._lock:
            self._stops[task.name] = stop
            if task.name in self._cancelled:
                stop()

    def cancel(self, task: Task) -> bool:
        """Cancel a task, with a root all that runs; False if nothing does."""
        with self._lock:
            is_whole = task.name == self.root.name
            running = self._begun - self._ended
            stopped = running if is_whole else running.intersection({task.name})
            self._cancelled |= {*stopped, task.name} if stopped else stopped
            for name in stopped & self._stops.keys():
                self._stops[name]()
            return bool(stopped)
