"""Cleanup of expired sessions and tickets, of attempts that no limit counts, of old exposures."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.accounts import queries
from webapp.exposures.queries import remove_events_before
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

#: No limit on attempts looks further back.
ATTEMPTS_KEPT = timedelta(days=1)
#: A year and a month, so that a month can be compared with the same one of the year before.
EXPOSURES_KEPT = timedelta(days=396)
#: Seconds between two removals by one process.
PAUSE_SECONDS = 300.0

log = logging.getLogger("webapp")


class Cleanup:
    """Removal of expired rows, once in a while and when nobody waits for it."""

    def __init__(self, warehouse: Warehouse, clock: Callable[[], float] = time.monotonic) -> None:
        self._warehouse = warehouse
        self._clock = clock
        self._due_at = clock()
        self._lock = threading.Lock()

    def run_if_due(self, now: datetime) -> None:
        """Remove the rows that have expired by `now`, unless the last cleanup was a moment ago."""
        if not self._is_due():
            return
        try:
            queries.remove_expired(self._warehouse, now, attempts_before=now - ATTEMPTS_KEPT)
            remove_events_before(self._warehouse, now - EXPOSURES_KEPT)
        except (WarehouseAwayError, StatementRefusedError):
            # An expired row is good for nothing while it is still there: the next time will do.
            log.warning("expired rows are still there", exc_info=True)

    def _is_due(self) -> bool:
        with self._lock:
            if self._clock() < self._due_at:
                return False
            self._due_at = self._clock() + PAUSE_SECONDS
            return True
