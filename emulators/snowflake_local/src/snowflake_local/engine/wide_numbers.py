"""Casts to NUMBER without decimals: 64 bits, and 128 where a value turns out to need them.

The engine's functions take no integer of 128 bits where they take one of 64 (`substr`, `[i]`), so
that a statement is widened once it has failed for want of bits, and not before.
"""

import re

from sqlglot import Expr, exp

from snowflake_local.model.errors import TOO_NARROW_PATTERN
from snowflake_local.model.sql_types import NARROW_MACRO

_INTEGERS = frozenset(
    {
        exp.DataType.Type.INT,
        exp.DataType.Type.BIGINT,
        exp.DataType.Type.SMALLINT,
        exp.DataType.Type.TINYINT,
    }
)
#: What the engine says where 64 bits are too few.
_FAILURES = re.compile(
    f"{TOO_NARROW_PATTERN}"
    r"|Could not convert string '\s*[+-]?\d{19,}[\d.]*\s*' to INT64"
    r"|Failed to cast decimal value -?\d{19,} to type INT64"
    r'|Failed to cast value to numerical: "?-?\d{19,}'
)


def are_too_narrow(message: str) -> bool:
    """True if a statement has failed because 64 bits were too few."""
    return _FAILURES.search(message) is not None


def fit(expression: Expr, *, wide: bool) -> None:
    """Let casts to whole numbers be of 128 bits, or fail where TRY_CAST would lose a value.

    Args:
        expression: The statement, as it was parsed.
        wide: Whether 64 bits were too few.
    """
    for cast in list(expression.find_all(exp.Cast)):
        if not _is_whole(cast.args["to"]):
            continue
        if wide:
            cast.set("to", exp.DataType(this=exp.DataType.Type.INT128))
        elif isinstance(cast, exp.TryCast):
            cast.replace(exp.Anonymous(this=NARROW_MACRO, expressions=[cast.this.copy()]))


def _is_whole(to: exp.DataType) -> bool:
    """True for NUMBER, NUMBER(38, 0) and the integers, which are its synonyms."""
    sizes = [size.name for size in to.expressions]
    return to.this in _INTEGERS or (
        to.this == exp.DataType.Type.DECIMAL and sizes in ([], ["38", "0"])
    )
