"""Kinds of statements: how one is recognised and what becomes of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, Flag, auto

from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Reader
from snowflake_local.statements.context import StatementContext

Run = Callable[[StatementContext, Reader], StatementResult]


class Support(Enum):
    """Support that a kind of statement has."""

    ENGINE = "run by DuckDB"
    EMULATED = "emulated"
    DECLARED = "a declaration, not enforced"
    REFUSED = "refused"


class Effect(Flag):
    """Effects of a kind of statement that the engine must know."""

    NONE = 0
    #: DDL commits the open transaction, an explicit one too, as in Snowflake.
    COMMITS = auto()
    #: It may hold expressions, and so calls and context functions.
    EXPRESSIONS = auto()
    #: It is several statements of DuckDB, which must take effect together.
    ATOMIC = auto()


#: Effects and beginnings that many kinds share.
DDL = Effect.COMMITS
DML = Effect.EXPRESSIONS
CREATE = r"CREATE (OR REPLACE )?"
DESCRIBE = r"DESC(RIBE)? "


@dataclass(frozen=True)
class StatementKind:
    """One row of the table of statement kinds."""

    name: str
    support: Support
    #: Matches the beginning of the statement: upper-case words and symbols, one space between.
    pattern: re.Pattern[str]
    #: A statement of this kind; the tests run or classify it.
    example: str
    effect: Effect = Effect.NONE
    run: Run | None = None
    note: str = ""
    #: Privileges that it needs, beside one on the database and schema of each object.
    needs: str = ""


def engine(
    name: str,
    pattern: str,
    example: str,
    effect: Effect = Effect.NONE,
    *,
    note: str = "",
    needs: str = "",
) -> StatementKind:
    """A kind that DuckDB runs, by way of fakesnow and the rewrites here."""
    return StatementKind(
        name, Support.ENGINE, _beginning(pattern), example, effect=effect, note=note, needs=needs
    )


def emulated(  # noqa: PLR0913 - a column of the table each
    name: str,
    pattern: str,
    example: str,
    run: Run,
    *,
    effect: Effect = Effect.NONE,
    note: str = "",
    needs: str = "",
) -> StatementKind:
    """A kind that has its whole meaning here."""
    return StatementKind(
        name, Support.EMULATED, _beginning(pattern), example, effect, run, note, needs
    )


def declared(
    name: str,
    pattern: str,
    example: str,
    run: Run,
    *,
    effect: Effect = Effect.NONE,
    needs: str = "",
) -> StatementKind:
    """A kind that declares something which limits nothing."""
    return StatementKind(
        name, Support.DECLARED, _beginning(pattern), example, effect, run, needs=needs
    )


def refused(name: str, pattern: str, example: str, note: str) -> StatementKind:
    """A kind that fails with a sentence; `note` says what to do instead."""
    return StatementKind(name, Support.REFUSED, _beginning(pattern), example, note=note)


def _beginning(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})(?!\w)")
