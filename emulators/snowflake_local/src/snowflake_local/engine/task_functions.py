"""Functions that a task's statement asks about its run, as the constants that they are for it."""

from sqlglot import Expr, exp

from snowflake_local.model.errors import SqlError
from snowflake_local.objects.task_condition import RETURN_VALUE
from snowflake_local.objects.task_context import TaskContext

_CONFIG = "SYSTEM$GET_TASK_GRAPH_CONFIG"


def put_values(expression: Expr, task: TaskContext | None) -> None:
    """Put the values of the run in place of the functions.

    Args:
        expression: The statement.
        task: The run that it is of; None: of no task, and such a function fails.
    """
    for call in list(expression.find_all(exp.Anonymous)):
        name = str(call.this).upper()
        if name in {RETURN_VALUE, _CONFIG}:
            if task is None:
                raise SqlError.compilation(f"Function {name} must be called from a task.")
            argument = _argument(call, name)
            find = task.predecessor_value if name == RETURN_VALUE else task.configured
            call.replace(_text(find(argument)))


def _argument(call: exp.Anonymous, name: str) -> str | None:
    if not call.expressions:
        return None
    argument = call.expressions[0]
    if len(call.expressions) > 1 or not (isinstance(argument, exp.Literal) and argument.is_string):
        raise SqlError.unsupported(f"{name} takes one constant text in the local warehouse.")
    return str(argument.this)


def _text(value: str | None) -> Expr:
    constant = exp.null() if value is None else exp.Literal.string(value)
    return exp.cast(constant, exp.DataType.Type.VARCHAR)
