"""CREATE, ALTER and DROP TASK: what a task is.

https://docs.snowflake.com/en/sql-reference/sql/create-task, .../alter-task and .../drop-task.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace

from snowflake_local.access import refusal
from snowflake_local.access.requirement import creation, global_need, need, owned
from snowflake_local.access.securable import Securable
from snowflake_local.model.errors import SqlError
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Name, Reader
from snowflake_local.objects.task import Task
from snowflake_local.statements import task_states
from snowflake_local.statements.context import StatementContext
from snowflake_local.statements.task_syntax import (
    read_condition,
    read_option_names,
    read_options,
    read_predecessors,
)

_DONE = StatementResult.status("Statement executed successfully.")
#: Options that say what a task runs on, one or the other.
_COMPUTE = ("WAREHOUSE", "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE")
#: Statements that a client carries out.
_OF_CLIENTS = ("PUT", "GET")


def create(context: StatementContext, reader: Reader) -> StatementResult:
    """CREATE [OR REPLACE] TASK [IF NOT EXISTS] name options [AFTER] [WHEN] AS statement."""
    reader.expect("CREATE")
    replaces = reader.accept("OR", "REPLACE")
    reader.expect("TASK")
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    if replaces and if_not_exists:
        raise SqlError.compilation("OR REPLACE and IF NOT EXISTS exclude each other.")
    name = context.resolve(reader.parts())
    context.databases.require_relation("SCHEMA", Securable("SCHEMA", name[:2]).name)
    context.access.require(creation(Securable("TASK", tuple(name))))
    task = _read_task(context, reader, name)
    old = context.tasks.get(name)
    if old is not None and not replaces:
        if if_not_exists:
            return StatementResult.status(f"{name.name} already exists, statement succeeded.")
        raise SqlError.exists(name.name)
    _require_compute(context, task)
    _require_predecessors(context, task)
    if old is None:
        context.tasks.put(task)
    else:
        _remove(context, old, heir=task)
    context.access.created(task.securable)
    return StatementResult.status(f"Task {name.name} successfully created.")


def alter(context: StatementContext, reader: Reader) -> StatementResult:
    """ALTER TASK [IF EXISTS] name {RESUME | SUSPEND | SET | UNSET | MODIFY | ADD | REMOVE} ..."""
    reader.expect("ALTER", "TASK")
    if_exists = reader.accept("IF", "EXISTS")
    name = context.resolve(reader.parts())
    if if_exists and context.tasks.get(name) is None:
        return _DONE
    task = context.tasks.find(name)
    verb = reader.take().keyword
    if verb in _STATES:
        reader.end()
        _STATES[verb](context, task)
        return _DONE
    change = _CHANGES.get(verb)
    if change is None:
        raise SqlError.unsupported(f"ALTER TASK ... {verb} is not emulated locally.")
    context.access.require(owned(task.securable))
    changed = change(context, reader, task)
    reader.end()
    if any(task.options.get(one) != changed.options.get(one) for one in _COMPUTE):
        _require_compute(context, changed)
    context.tasks.require_suspended(task)
    _require_predecessors(context, changed)
    context.tasks.put(replace(changed, changed=True))
    return _DONE


def drop(context: StatementContext, reader: Reader) -> StatementResult:
    """DROP TASK [IF EXISTS] name."""
    reader.expect("DROP", "TASK")
    if_exists = reader.accept("IF", "EXISTS")
    name = context.resolve(reader.parts())
    reader.end()
    if if_exists and context.tasks.get(name) is None:
        return StatementResult.status(
            f"Drop statement executed successfully ({name.name} already dropped)."
        )
    _remove(context, context.tasks.find(name))
    return StatementResult.status(f"{name.name} successfully dropped.")


def _read_task(context: StatementContext, reader: Reader, name: Name) -> Task:
    options = read_options(reader)
    predecessors = read_predecessors(context, reader) if reader.accept("AFTER") else ()
    condition = read_condition(reader.until("AS")) if reader.accept("WHEN") else None
    reader.expect("AS")
    return Task(
        name=name,
        id=str(uuid.uuid4()),
        created_on=context.now().isoformat(),
        body=_read_body(context, reader),
        condition=condition,
        options=options.options,
        parameters=options.parameters,
        predecessors=predecessors,
    )


def _read_body(context: StatementContext, reader: Reader) -> str:
    verb = reader.peek().keyword
    if reader.at_end:
        reader.fail("a statement")
    if verb in _OF_CLIENTS:
        raise SqlError.unsupported(f"A task cannot {verb}: a client carries it out.")
    body = reader.rest()
    context.require_known(body)
    return body


def _set(_context: StatementContext, reader: Reader, task: Task) -> Task:
    return read_options(reader).added_to(task)


def _unset(_context: StatementContext, reader: Reader, task: Task) -> Task:
    names = read_option_names(reader)
    kept = [
        {name: value for name, value in values.items() if name not in names}
        for values in (task.options, task.parameters)
    ]
    return replace(task, options=kept[0], parameters=kept[1])


def _modify(context: StatementContext, reader: Reader, task: Task) -> Task:
    if reader.accept("WHEN"):
        return replace(task, condition=read_condition(reader.rest()))
    reader.expect("AS")
    return replace(task, body=_read_body(context, reader))


def _add(context: StatementContext, reader: Reader, task: Task) -> Task:
    reader.expect("AFTER")
    names = (*task.predecessors, *read_predecessors(context, reader))
    return replace(task, predecessors=tuple(dict.fromkeys(names)))


def _remove_part(context: StatementContext, reader: Reader, task: Task) -> Task:
    if reader.accept("WHEN"):
        return replace(task, condition=None)
    reader.expect("AFTER")
    names = read_predecessors(context, reader)
    if missing := [name for name in names if name not in task.predecessors]:
        raise SqlError.compilation(f"Task {task.name} does not run after {missing[0]}.")
    return task.without(names, context.now())


Change = Callable[[StatementContext, Reader, Task], Task]
_STATES: dict[str, Callable[[StatementContext, Task], None]] = {
    "RESUME": task_states.resume,
    "SUSPEND": task_states.suspend,
}
_CHANGES: dict[str, Change] = {
    "SET": _set,
    "UNSET": _unset,
    "MODIFY": _modify,
    "ADD": _add,
    "REMOVE": _remove_part,
}


def _remove(context: StatementContext, task: Task, heir: Task | None = None) -> None:
    """Remove a task; alone, it may go while it is started."""
    context.access.require(owned(task.securable))
    if not task.is_root or context.tasks.graph().children(task.name):
        context.tasks.require_suspended(task)
    context.tasks.remove(task, context.now(), heir=heir)
    context.access.dropped(task.securable)


def _require_compute(context: StatementContext, task: Task) -> None:
    """Raise SqlError unless the session may use what the task would run on."""
    if not task.warehouse:
        context.access.require(global_need("EXECUTE MANAGED TASK"))
        return
    if all(option in task.options for option in _COMPUTE):
        raise SqlError.compilation(f"A task cannot have both {' and '.join(_COMPUTE)}.")
    try:
        context.access.require(need("USAGE", Securable("WAREHOUSE", (task.warehouse,))))
    except SqlError:
        raise refusal.cannot_use() from None


def _require_predecessors(context: StatementContext, task: Task) -> None:
    """Raise SqlError unless the task may run after its predecessors."""
    snapshot = context.access.control.snapshot
    role = snapshot.owner_role(task.securable) or context.role
    for name in task.predecessors:
        predecessor = context.tasks.find(name)
        context.access.require(owned(predecessor.securable))
        if snapshot.owner_role(predecessor.securable) != role:
            raise SqlError.compilation(
                f"All tasks of a task graph must have the same owner: {name} is not {role}'s."
            )
        context.tasks.require_suspended(predecessor)
