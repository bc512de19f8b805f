"""The clock that fires due tasks."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOG = logging.getLogger(__name__)
#: Seconds between two looks; the shortest interval of a task is ten.
_PERIOD = 1.0


@contextmanager
def ticking(fire: Callable[[], None], period: float = _PERIOD) -> Iterator[None]:
    """While inside, call `fire` again and again; a failure of it is logged."""
    end = threading.Event()

    def tick() -> None:
        while not end.wait(period):
            try:
                fire()
            except Exception:  # noqa: BLE001 - a boundary: the next tick may do better
                _LOG.exception("The clock of the tasks failed")

    thread = threading.Thread(target=tick, name="task-clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
