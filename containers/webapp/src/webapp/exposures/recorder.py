"""Recorder of events: pages put them into a queue, a thread writes them in batches.

No page waits for the warehouse, and none fails by it: what the queue has no room for is dropped,
what cannot be written is lost, and both are counted and logged.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from webapp.exposures.events import Event
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError

log = logging.getLogger("webapp")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Sizes and times of a recorder."""

    #: Events that wait at most; some 200 bytes each.
    most_waiting: int = 10_000
    #: Events of one statement: 100 KB, a tenth of what a statement should have.
    #: https://docs.snowflake.com/en/user-guide/query-size-limits
    most_at_once: int = 500
    #: Seconds that an event waits for others.
    gathering_seconds: float = 10.0
    #: Seconds before each further attempt while the warehouse is away.
    pauses: tuple[float, ...] = (1.0, 5.0, 15.0, 40.0)
    #: Seconds that the end of the process waits for the last batch.
    closing_seconds: float = 10.0


class Recorder:
    """Queue of events, and the thread that writes them."""

    def __init__(
        self, write: Callable[[Sequence[Event]], object], limits: Limits | None = None
    ) -> None:
        """`write` is called by one thread; it may be called again with the same events."""
        self._write = write
        self._limits = limits or Limits()
        self._waiting: deque[Event] = deque()
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="exposures", daemon=True)
        #: Since the start: events that the queue had no room for, and that could not be written.
        self.dropped = 0
        self.lost = 0
        self._dropped_and_said = 0

    def record(self, events: Sequence[Event]) -> None:
        """Put events into the queue, those that it has room for; never waits for the warehouse."""
        with self._changed:
            room = max(0, self._limits.most_waiting - len(self._waiting))
            is_open = not self._closing.is_set()
            kept = events[:room] if is_open else []
            self.dropped += len(events) - len(kept)
            self._waiting.extend(kept)
            if kept and self._thread.ident is None:
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Write what waits, within the time for it; the rest is lost, and later events dropped."""
        with self._changed:
            self._closing.set()
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(self._limits.closing_seconds)
        with self._changed:
            left = len(self._waiting)
            self._waiting.clear()
        if left:
            self._lose(left, "the process ends")
        self._say_dropped()

    def _run(self) -> None:
        while batch := self._next_batch():
            self._persist(batch)
            self._say_dropped()

    def _next_batch(self) -> list[Event]:
        """The next events, as soon as there are enough or the first has waited; none at the end."""
        limits = self._limits
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing.is_set())
            self._changed.wait_for(
                lambda: len(self._waiting) >= limits.most_at_once or self._closing.is_set(),
                limits.gathering_seconds,
            )
            count = min(len(self._waiting), limits.most_at_once)
            return [self._waiting.popleft() for _ in range(count)]

    def _persist(self, batch: Sequence[Event]) -> None:
        for pause in (*self._limits.pauses, None):
            try:
                self._write(batch)
            except WarehouseAwayError:
                if pause is None:
                    self._lose(len(batch), "Snowflake does not answer")
                else:
                    self._closing.wait(pause)
            except StatementRefusedError as error:
                return self._lose(len(batch), f"Snowflake refuses them: {error}")
            except Exception:
                # The thread outlives a fault of one batch.
                log.exception("events of shelves could not be written")
                return self._lose(len(batch), "of the fault above")
            else:
                return None
        return None

    def _lose(self, count: int, reason: str) -> None:
        self.lost += count
        log.warning(
            "%d events of shelves are lost, because %s; %d since the start",
            count,
            reason,
            self.lost,
        )

    def _say_dropped(self) -> None:
        dropped = self.dropped - self._dropped_and_said
        if dropped:
            self._dropped_and_said += dropped
            log.warning(
                "%d events of shelves were dropped, because the queue was full; %d since the start",
                dropped,
                self._dropped_and_said,
            )
