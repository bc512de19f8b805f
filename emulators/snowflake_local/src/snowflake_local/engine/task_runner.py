"""Runs one task: a session of the system with its owner's privileges, its statement, its history.

https://docs.snowflake.com/en/user-guide/tasks-intro (Running tasks, Task security).
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from snowflake.connector.errors import Error

from snowflake_local.access.control import AccessControl
from snowflake_local.access.task_rights import SYSTEM_USER, require_run
from snowflake_local.engine.graph_run import GraphRun, Occasion
from snowflake_local.engine.interruption import interruptible
from snowflake_local.engine.session import Session, SessionOptions
from snowflake_local.model.query import Query
from snowflake_local.objects.task import Task
from snowflake_local.objects.task_catalog import TaskCatalog
from snowflake_local.objects.task_context import TaskContext
from snowflake_local.objects.task_history import TaskHistory
from snowflake_local.objects.task_run import TaskRun

_LOG = logging.getLogger(__name__)
_CANCELED = 604


@dataclass(frozen=True)
class _Outcome:
    """The end of a run, in the words of TASK_HISTORY."""

    state: str
    error_code: str | None = None
    error_message: str | None = None


#: https://docs.snowflake.com/en/sql-reference/functions/task_history (SKIPPED).
_SKIPPED = _Outcome("SKIPPED", "0040003", "Conditional expression for task evaluated to false.")


class TaskRunner:
    """Runs tasks, and keeps what became of them."""

    def __init__(
        self,
        tasks: TaskCatalog,
        history: TaskHistory,
        control: AccessControl,
        *,
        sign_on: Callable[[str, SessionOptions], Session],
        now: Callable[[], datetime],
    ) -> None:
        self._tasks = tasks
        self._history = history
        self._control = control
        self._sign_on = sign_on
        self._now = now

    def run(self, task: Task, graph: GraphRun) -> bool:
        """Run a task of a graph; True if it succeeded."""
        names = {name: graph.values.get(name) for name in task.predecessors}
        values = {name.name: value for name, value in names.items()}
        context = TaskContext(graph.occasion.config, values)
        query = Query(task.body, {})
        run = replace(
            described(task, graph.root, graph.occasion, "EXECUTING"),
            query_id=query.id,
            query_start_time=self._now(),
        )
        self._history.put(run)
        outcome = self._outcome(task, graph, query, context)
        graph.values[task.name] = context.return_value
        self._history.put(self._ended(run, outcome, context))
        return outcome.state == "SUCCEEDED"

    def _ended(self, run: TaskRun, outcome: _Outcome, context: TaskContext) -> TaskRun:
        has_run = outcome is not _SKIPPED
        return replace(
            run,
            state=outcome.state,
            error_code=outcome.error_code,
            error_message=outcome.error_message,
            query_id=run.query_id if has_run else None,
            query_start_time=run.query_start_time if has_run else None,
            completed_time=self._now(),
            return_value=context.return_value,
        )

    def _outcome(self, task: Task, graph: GraphRun, query: Query, context: TaskContext) -> _Outcome:
        try:
            done = self._execute(task, graph, query, context)
        except Error as error:
            is_cancelled = error.errno == _CANCELED
            state = "CANCELLED" if is_cancelled else self._failed(task, graph)
            message = str(getattr(error, "raw_msg", None) or error.msg)
            return _Outcome(state, f"{error.errno or 0:06d}", message)
        except Exception:  # noqa: BLE001 - a boundary: the tasks after it, and the clock, go on
            _LOG.exception("The task %s failed unexpectedly", task.name)
            return _Outcome(self._failed(task, graph), None, "The warehouse's log says why.")
        return _Outcome("SUCCEEDED") if done else _SKIPPED

    def _execute(self, task: Task, graph: GraphRun, query: Query, context: TaskContext) -> bool:
        """Run the statement of a task; False if its condition is not met."""
        require_run(self._control, graph.role, task.securable, task.warehouse)
        session = self._sign_on(SYSTEM_USER, _options(task, graph, context))
        try:
            for name, value in task.parameters.items():
                session.parameters.set_at_sign_in(name, value)
            limits = (graph.seconds_left(task), session.parameters.statement_timeout)
            limit = min(one for one in limits if one is not None)
            with interruptible(session, query, limit) as stop:
                graph.watch(task, stop)
                return _run_in(session, task, query)
        finally:
            session.close()

    def _failed(self, task: Task, graph: GraphRun) -> str:
        """Suspend a graph in which a task has failed too often; the state of the failed run.

        https://docs.snowflake.com/en/sql-reference/sql/create-task
        (SUSPEND_TASK_AFTER_NUM_FAILURES).
        """
        with self._tasks.lock:
            root = self._tasks.get(graph.root.name)
            if root is None or root.id != graph.root.id or not root.started:
                return "FAILED"
            since = datetime.fromisoformat(str(root.resumed_on))
            failures = self._history.failures_in_a_row(task.id, since) + 1
            if not 0 < root.failures_allowed <= failures:
                return "FAILED"
            self._tasks.put(root.suspended("SUSPENDED_DUE_TO_ERRORS", self._now()))
            return "FAILED_AND_AUTO_SUSPENDED"


def described(task: Task, root: Task, occasion: Occasion, state: str) -> TaskRun:
    """A run of a task, as TASK_HISTORY has it before it begins."""
    return TaskRun(
        id=str(uuid.uuid4()),
        task_id=task.id,
        task=task.name,
        query_text=task.body,
        condition_text=task.condition,
        state=state,
        scheduled_time=occasion.due,
        next_scheduled_time=root.following(occasion.due),
        root_task_id=root.id,
        graph_version=root.version,
        run_id=int(occasion.due.timestamp() * 1000),
        scheduled_from=occasion.source,
        config=occasion.config,
        graph_run_group_id=occasion.id,
    )


def _options(task: Task, graph: GraphRun, context: TaskContext) -> SessionOptions:
    return SessionOptions(
        database=task.name.database,
        schema=task.name.schema,
        role=graph.role,
        warehouse=task.warehouse,
        task=context,
    )


def _run_in(session: Session, task: Task, query: Query) -> bool:
    with session.lock:
        if task.condition is not None:
            (met,) = session.cursor().execute(f"SELECT ({task.condition})::BOOLEAN").fetchall()
            if not met[0]:
                return False
        query.check()
        query.context = session.context(query.statement)
        session.cursor().execute(query.statement, query=query)
    return True
