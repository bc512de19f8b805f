"""Pool of connections to Snowflake.

A few connections are shared by all viewers; each statement has one for itself while it runs, so
that nobody's transaction meets another's.
"""

import queue
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import snowflake.connector
from snowflake.connector.errors import Error, ProgrammingError

from webapp.warehouse.errors import (
    SESSION_OVER,
    WarehouseAwayError,
    is_worth_another_try,
    translated,
)
from webapp.warehouse.session import Row, Session

#: Statements that may run at once; others wait their turn.
POOL_SIZE = 8
#: Seconds that signing in may take, and that an answer of the warehouse may be awaited.
LOGIN_TIMEOUT_SECONDS = 8
ANSWER_TIMEOUT_SECONDS = 30
#: Times that a statement is tried when its session has ended or a transaction met another.
ATTEMPTS = 4
_PAUSE_SECONDS = 0.05
#: Seconds in which nobody else waits for a Snowflake that somebody has just waited for in vain.
AWAY_SECONDS = 3

Result = TypeVar("Result")


class Warehouse:
    """The connections to Snowflake that all viewers share."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._arguments = {
            "login_timeout": LOGIN_TIMEOUT_SECONDS,
            "network_timeout": ANSWER_TIMEOUT_SECONDS,
            **arguments,
            "paramstyle": "qmark",  # bound by Snowflake, never pasted into the statement
        }
        self._idle: queue.LifoQueue[snowflake.connector.SnowflakeConnection | None] = (
            queue.LifoQueue()
        )
        for _ in range(POOL_SIZE):
            self._idle.put(None)
        self._away_until = 0.0

    def rows(self, statement: str, *parameters: Any) -> list[Row]:
        """The rows that `statement` yields; see `Session.rows`.

        Raises:
            WarehouseAwayError: Snowflake does not answer.
            StatementRefusedError: Snowflake cannot do it.
        """
        return self._run(lambda session: session.rows(statement, *parameters))

    def change(self, statement: str, *parameters: Any) -> int:
        """Run a statement that changes rows; errors as in `rows`.

        It may run twice when the answer is lost, so it must leave the same rows the second time.
        """
        return self._run(lambda session: session.change(statement, *parameters))

    def transaction(self, work: Callable[[Session], Result]) -> Result:
        """Run `work` in a transaction; it may run again from its start, as in `change`."""

        def whole(session: Session) -> Result:
            with session.transaction():
                return work(session)

        return self._run(whole)

    def close(self) -> None:
        """End all idle connections."""
        while not self._idle.empty():
            connection = self._idle.get()
            if connection is not None:
                connection.close()

    def _run(self, work: Callable[[Session], Result]) -> Result:
        if time.monotonic() < self._away_until:
            raise WarehouseAwayError("Snowflake did not answer a moment ago.")
        try:
            return self._persist(work)
        except WarehouseAwayError:
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise

    def _persist(self, work: Callable[[Session], Result]) -> Result:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._session() as session:
                    return work(session)
            except Error as error:
                if attempt == ATTEMPTS or not is_worth_another_try(error):
                    raise translated(error) from error
            # Two that met would meet again if both came back after the same pause.
            time.sleep(_PAUSE_SECONDS * attempt * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        raise AssertionError("The last attempt returns or raises.")

    @contextmanager
    def _session(self) -> Iterator[Session]:
        connection = self._idle.get()
        try:
            if connection is None:
                connection = snowflake.connector.connect(**self._arguments)
            yield Session(connection)
        except ProgrammingError as error:
            if error.errno in SESSION_OVER:
                connection = None
            raise
        except BaseException:
            # Nobody knows what state it is in: not for the next caller.
            connection = None
            raise
        finally:
            self._idle.put(connection)
