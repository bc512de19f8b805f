"""A running statement: its text, its context, and its end before time."""

import itertools
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from snowflake_local.model.errors import SqlError


@dataclass
class Query:
    """A running statement, as the external functions that it calls see it."""

    statement: str
    #: Context functions (`CURRENT_DATABASE`) and their values when the statement began.
    context: Mapping[str, str]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    cancelled: threading.Event = field(default_factory=threading.Event)
    #: The first failure of an external function, in its own words.
    failure: Exception | None = None

    def __post_init__(self) -> None:
        self._batch_numbers = itertools.count(1)
        #: Whether a remote service was called: then the statement must not run again.
        self.has_called = False

    def next_batch_id(self) -> str:
        """An id that no other batch has."""
        self.has_called = True
        return f"{self.id}:1:{next(self._batch_numbers)}:0:0"

    def check(self) -> None:
        """Raise SqlError if the statement was cancelled."""
        if self.cancelled.is_set():
            raise self.failure or SqlError.canceled()

    def fail(self, error: Exception) -> None:
        """Keep the first failure."""
        self.failure = self.failure or error
