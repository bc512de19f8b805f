"""Stopping a statement that runs: because somebody wants it, or because its time is over."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from snowflake_local.model.errors import SqlError
from snowflake_local.model.query import Query

#: Seconds between two attempts: the engine forgets one that comes before it has begun.
_PAUSE = 0.05


class Interruptible(Protocol):
    """A session whose statement can be stopped."""

    def interrupt(self) -> None:
        """Stop the statement that runs."""
        ...


@contextmanager
def interruptible(
    session: Interruptible, query: Query, seconds: float | None = None
) -> Iterator[Callable[[], None]]:
    """Inside, the statement can be stopped by what this gives, and is once its time is over.

    Args:
        session: The session that runs it.
        query: The statement.
        seconds: The time that it may take; None: any.
    """
    over = threading.Event()

    def insist() -> None:
        while not over.wait(_PAUSE):
            session.interrupt()

    def stop() -> None:
        query.cancelled.set()
        session.interrupt()
        threading.Thread(target=insist, daemon=True).start()

    def time_out() -> None:
        query.fail(SqlError.timed_out(seconds or 0))
        stop()

    timer = threading.Timer(seconds or 0, time_out)
    timer.daemon = True
    if seconds is not None:
        timer.start()
    try:
        yield stop
    finally:
        timer.cancel()
        over.set()
