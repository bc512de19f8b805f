"""Options of SHOW that several kinds of objects have."""

import re
from collections.abc import Callable

from snowflake_local.model.syntax import Name, Reader
from snowflake_local.statements.context import StatementContext


def read_like(reader: Reader) -> Callable[[str], bool]:
    """Read `[LIKE pattern]`: tells whether a name is meant."""
    if not reader.accept("LIKE"):
        return lambda _name: True
    pattern = re.escape(reader.string()).replace("%", ".*").replace("_", ".")
    return lambda name: re.fullmatch(pattern, name, re.IGNORECASE) is not None


def read_scope(context: StatementContext, reader: Reader) -> Callable[[Name], bool]:
    """Read `[IN {ACCOUNT | DATABASE [name] | [SCHEMA] [name]}]`: tells what is in it."""
    if not reader.accept("IN"):
        return _in_database(context.database)
    if reader.accept("ACCOUNT"):
        return lambda _name: True
    if reader.accept("DATABASE"):
        return _in_database(reader.identifier() if _is_named(reader) else context.database)
    reader.accept("SCHEMA")
    schema = context.resolve([*(reader.parts() if _is_named(reader) else []), ""])[:2]
    return lambda name: name[:2] == schema


def _in_database(database: str | None) -> Callable[[Name], bool]:
    return lambda name: database is None or name.database == database


def _is_named(reader: Reader) -> bool:
    return reader.peek().kind == "quoted" or (
        reader.peek().kind == "word" and reader.peek().keyword not in _CLAUSES
    )


#: What may come after the scope.
_CLAUSES = frozenset({"STARTS", "ROOT", "LIMIT"})
