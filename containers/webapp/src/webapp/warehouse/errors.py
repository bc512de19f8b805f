"""Errors of Snowflake: the app's two kinds, made of the connector's many."""

from snowflake.connector.errors import DatabaseError, Error, ProgrammingError

#: Numbers of errors of a session that is over, whatever was asked of it: a new one may do better.
SESSION_OVER = frozenset({390104, 390111, 390112, 390114, 390195})
#: SQLSTATEs of a transaction that met another one: the next attempt may not.
_CONFLICT = frozenset({"40001", "57014"})
#: Numbers of errors of a refused or failed login, which the connector has retried by itself.
_LOGIN_FAILED = frozenset({250001, 250003})


class WarehouseAwayError(Exception):
    """Snowflake cannot be reached or does not answer in time."""


class StatementRefusedError(Exception):
    """Snowflake refused the statement; the message is Snowflake's."""


def is_worth_another_try(error: Error) -> bool:
    """True for errors that may be gone at the next attempt."""
    if error.errno in SESSION_OVER or error.sqlstate in _CONFLICT:
        return True
    return _is_away(error) and error.errno not in _LOGIN_FAILED


def translated(error: Error) -> WarehouseAwayError | StatementRefusedError:
    """The app's error for one of the connector."""
    message = error.raw_msg or error.msg or type(error).__name__
    if _is_away(error) or not isinstance(error, DatabaseError):
        return WarehouseAwayError(f"Snowflake does not answer: {message}")
    return StatementRefusedError(message)


def _is_away(error: Error) -> bool:
    return not isinstance(error, ProgrammingError) or error.errno in SESSION_OVER
