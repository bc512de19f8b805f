"""Starts the runs of task graphs: those that are due, and those that are asked for.

https://docs.snowflake.com/en/sql-reference/sql/create-task (SCHEDULE, OVERLAP_POLICY) and
.../execute-task.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from snowflake_local.access.control import AccessControl
from snowflake_local.engine.graph_run import GraphRun, Occasion, Spawn
from snowflake_local.engine.task_runner import TaskRunner, described
from snowflake_local.objects.task import Overlap, Task
from snowflake_local.objects.task_catalog import TaskCatalog
from snowflake_local.objects.task_history import TaskHistory
from snowflake_local.objects.task_run import TaskRun

#: How far ahead TASK_HISTORY looks.
_FORESEEN = timedelta(days=8)


def on_a_thread(work: Callable[[], None]) -> None:
    """Do work beside the rest."""
    threading.Thread(target=work, name="task", daemon=True).start()


class TaskScheduler:
    """Looks, when it is told to, what is due by the account's time.

    What was due while there was no warehouse stays undone, and what is due while its graph runs.
    """

    def __init__(
        self,
        tasks: TaskCatalog,
        history: TaskHistory,
        control: AccessControl,
        runner: TaskRunner,
        *,
        now: Callable[[], datetime],
        spawn: Spawn = on_a_thread,
    ) -> None:
        self._tasks = tasks
        self._history = history
        self._control = control
        self._runner = runner
        self._now = now
        self._spawn = spawn
        self._began = now()
        history.break_off(self._began)
        #: When each root is due next, by its id and the time at which it was resumed.
        self._due: dict[tuple[str, str | None], datetime | None] = {}
        self._graphs: list[GraphRun] = []
        #: Runs that wait for the end of others, by the root's id.
        self._waiting: dict[str, tuple[Task, str | None]] = {}
        self._changed = threading.Condition(threading.RLock())

    def fire_due(self) -> None:
        """Start what is due."""
        with self._changed:
            due = [(root, time) for root, time in self._upcoming() if time <= self._now()]
            for root, _ in due:
                self._due[root.id, root.resumed_on] = root.following(self._now())
            free = [(root, time) for root, time in due if self._may_start(root)]
            for root, time in free:
                self._start(root, _scheduled(root, time))

    def execute(self, root: Task, config: str | None) -> None:
        """Run a task, and those after it, as soon as it may."""
        with self._changed:
            self._waiting[root.id] = (root, config)
            self._start_waiting(root)

    def cancel(self, task: Task) -> bool:
        """Cancel what runs of a task; False if nothing does."""
        with self._changed:
            graphs = list(self._graphs)
        cancelled = [graph.cancel(task) for graph in graphs]
        return any(cancelled)

    def runs(self) -> list[TaskRun]:
        """Runs that are to come, and those of the last days, the latest first."""
        with self._changed:
            upcoming = [
                described(root, root, _scheduled(root, time), "SCHEDULED")
                for root, time in self._upcoming()
                if time <= self._now() + _FORESEEN
            ]
        ahead = sorted(upcoming, key=lambda run: run.scheduled_time, reverse=True)
        return [*ahead, *self._history.recent(self._now())]

    def close(self, seconds: float) -> None:
        """Cancel what runs, and wait for its end, at most so long."""
        with self._changed:
            self._waiting.clear()
            for graph in self._graphs:
                graph.cancel(graph.root)
            self._changed.wait_for(lambda: not self._graphs, seconds)

    def _upcoming(self) -> list[tuple[Task, datetime]]:
        """The roots that are started, and when each is due next."""
        roots = [task for task in self._tasks.all() if task.is_root and task.started]
        known, self._due = self._due, {}
        for root in roots:
            key = (root.id, root.resumed_on)
            self._due[key] = known[key] if key in known else root.following(self._began)
        due = ((root, self._due[root.id, root.resumed_on]) for root in roots)
        return [(root, time) for root, time in due if time is not None]

    def _may_start(self, root: Task) -> bool:
        running = [graph for graph in self._graphs if graph.root.id == root.id]
        match root.overlap:
            case Overlap.NO_OVERLAP:
                return not running
            case Overlap.ALLOW_CHILD_OVERLAP:
                return all(graph.is_root_over for graph in running)
            case Overlap.ALLOW_ALL_OVERLAP:
                return True

    def _start_waiting(self, root: Task) -> None:
        if root.id in self._waiting and self._may_start(root):
            waiting, config = self._waiting.pop(root.id)
            current = self._tasks.get(root.name)
            if current is not None and current.id == root.id:
                occasion = Occasion(due=self._now(), source="EXECUTE_TASK", config=config)
                self._start(waiting, occasion)

    def _start(self, root: Task, occasion: Occasion) -> None:
        self._history.forget_old(self._now())
        owner = self._control.snapshot.owner_role(root.securable) or ""
        members = self._tasks.graph().members(root.name)
        graph = GraphRun(root, members, owner, occasion)
        self._graphs.append(graph)
        graph.start(
            run=lambda task: self._runner.run(task, graph),
            spawn=self._spawn,
            on_end=lambda: self._settle(graph),
        )

    def _settle(self, graph: GraphRun) -> None:
        """Let go of a run that is over, and start what waits for it."""
        with self._changed:
            if graph.is_over and graph in self._graphs:
                self._graphs.remove(graph)
            self._start_waiting(graph.root)
            self._changed.notify_all()


def _scheduled(root: Task, due: datetime) -> Occasion:
    return Occasion(due=due, source="SCHEDULE", config=root.options.get("CONFIG"))
