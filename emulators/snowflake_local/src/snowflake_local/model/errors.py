"""Errors as Snowflake reports them: a number, an SQL state and its own wording."""

import re
from collections.abc import Callable
from typing import Self

import duckdb
from snowflake.connector.errors import ProgrammingError
from sqlglot.errors import TokenError

#: The words of the macro that is TRY_CAST to 64 bits, where 128 would do.
TOO_NARROW = "A whole number needs more than 64 bits"
#: Its words and the engine's where a result needs more than 64 bits.
TOO_NARROW_PATTERN = (
    rf"{TOO_NARROW}|out of range for the destination type INT64|Overflow in \w+ of INT64"
)


class SqlError(ProgrammingError):
    """A statement fails; the message is what the client sees."""

    def __init__(self, message: str, errno: int = 1003, sqlstate: str = "42000") -> None:
        super().__init__(msg=message, errno=errno, sqlstate=sqlstate)

    @classmethod
    def compilation(cls, message: str, errno: int = 1003, sqlstate: str = "42000") -> Self:
        """A statement that is refused before it runs."""
        return cls(f"SQL compilation error:\n{message}", errno, sqlstate)

    @classmethod
    def missing(cls, kind: str, name: str) -> Self:
        """An object that does not exist."""
        return cls.compilation(f"{kind} '{name}' does not exist or not authorized.", 2003, "02000")

    @classmethod
    def exists(cls, name: str) -> Self:
        """An object that exists already."""
        return cls.compilation(f"Object '{name}' already exists.", 2002, "42710")

    @classmethod
    def unsupported(cls, message: str) -> Self:
        """A statement of Snowflake's that the local warehouse does not have."""
        return cls(message, 2, "0A000")

    @classmethod
    def canceled(cls) -> Self:
        """The client cancelled the statement."""
        return cls("SQL execution canceled", 604, "57014")

    @classmethod
    def timed_out(cls, seconds: float) -> Self:
        """A statement that took longer than its session or its task may."""
        return cls(
            f"Statement reached its statement or warehouse timeout of {seconds:g} second(s) and "
            "was canceled.",
            630,
            "57014",
        )

    @classmethod
    def from_engine(cls, error: duckdb.Error) -> Self:
        """An error of DuckDB that has no closer counterpart in Snowflake."""
        return cls(str(error).split("\n\nLINE ")[0], 100132, "P0000")


# DuckDB's words for what Snowflake has words of its own for, and the numbers that go with them.
_TRANSLATIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], SqlError]], ...] = (
    (
        re.compile(r'Cannot access (?:file|directory) "([^"]*)"'),
        lambda match: SqlError.unsupported(
            f"The local warehouse reads no file by its path, {match[1]}: PUT it to a stage first."
        ),
    ),
    (
        re.compile(r"Scalar Function with name (\S+) does not exist"),
        lambda match: SqlError.compilation(f"Unknown function {match[1].upper()}", 2140, "42601"),
    ),
    (
        re.compile(r"Macro (\S+)\(\) does not support the supplied arguments"),
        lambda match: SqlError.compilation(
            f"Invalid argument types for function '{match[1].upper()}'", 1044, "42P13"
        ),
    ),
    (
        re.compile(r'Referenced column "([^"]+)" (?:was )?not found'),
        lambda match: SqlError.compilation(f"invalid identifier '{match[1]}'", 904, "42000"),
    ),
    (
        re.compile(r"NOT NULL constraint failed"),
        lambda _: SqlError("NULL result in a non-nullable column", 100072, "22000"),
    ),
    (
        re.compile(TOO_NARROW_PATTERN),
        lambda _: SqlError(
            "Number out of representable range: the local warehouse keeps NUMBER without decimals "
            "in 64 bits here.",
            100039,
            "22003",
        ),
    ),
    (
        re.compile(r"Could not convert string '(.*)' to (?:INT|DOUBLE|DECIMAL|FLOAT)"),
        lambda match: SqlError(f"Numeric value '{match[1]}' is not recognized", 100038, "22018"),
    ),
    (
        re.compile(r"Table with name (\S+) does not exist"),
        lambda match: SqlError.compilation(
            f"Object '{match[1]}' does not exist or not authorized.", 2003, "42S02"
        ),
    ),
)


def translated(
    error: duckdb.Error | ProgrammingError | TokenError, failure: Exception | None
) -> Exception:
    """The error that the client sees.

    Args:
        error: What DuckDB, fakesnow or sqlglot raised.
        failure: What an external function raised before, whose words DuckDB buries in its own.
    """
    if failure is not None:
        return failure if isinstance(failure, ProgrammingError) else SqlError(str(failure), 100351)
    if isinstance(error, SqlError):
        return error
    if isinstance(error, duckdb.InterruptException):
        return SqlError.canceled()
    if isinstance(error, TokenError):
        return SqlError.compilation("syntax error: a string, name or comment has no end.")
    message = str(error.msg if isinstance(error, ProgrammingError) else error)
    for pattern, translate in _TRANSLATIONS:
        if match := pattern.search(message):
            return translate(match)
    return error if isinstance(error, ProgrammingError) else SqlError.from_engine(error)
