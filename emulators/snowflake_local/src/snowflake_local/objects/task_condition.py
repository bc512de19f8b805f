"""Conditions of tasks: what WHEN may say.

https://docs.snowflake.com/en/sql-reference/sql/create-task (WHEN).
"""

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from snowflake_local.model.errors import SqlError

#: The value that a task has left for those that run after it.
RETURN_VALUE = "SYSTEM$GET_PREDECESSOR_RETURN_VALUE"
_STREAM = "SYSTEM$STREAM_HAS_DATA"
_NODES = (
    *(exp.Connector, exp.Not, exp.Paren, exp.Predicate, exp.Neg, exp.Cast),
    *(exp.DataType, exp.DataTypeParam, exp.Literal, exp.Boolean, exp.Null),
)


def check(condition: str) -> None:
    """Raise SqlError unless a condition is one that a task may have."""
    try:
        expression = parse_one(condition, dialect="snowflake")
    except SqlglotError:
        raise _refusal() from None
    for node in expression.walk():
        if isinstance(node, exp.Anonymous):
            _check_call(node)
        elif not isinstance(node, _NODES):
            raise _refusal()


def _check_call(call: exp.Anonymous) -> None:
    name = call.name.upper()
    if name == _STREAM:
        raise SqlError.unsupported(
            f"Not emulated by the local warehouse: streams, and so {_STREAM}; leave WHEN away."
        )
    if name != RETURN_VALUE:
        raise _refusal()


def _refusal() -> SqlError:
    return SqlError.compilation(
        "Invalid expression for task condition expression. Only some data type conversions and "
        f"the following functions are allowed: [{RETURN_VALUE}, {_STREAM}]."
    )
