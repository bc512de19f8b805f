"""Memory of what was shown a moment ago: showing it again is no exposure of its own.

A page is drawn anew with every click on it, by a reload, and in a second tab.
"""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from webapp.exposures.events import Exposure

#: The length of a visit, as web analytics have it.
#: https://support.google.com/analytics/answer/12798876
WINDOW = timedelta(minutes=30)
#: Exposures that are remembered; beyond it the oldest are forgotten, and count again.
MOST_REMEMBERED = 100_000


class Repeats:
    """The exposures of the last half an hour, of all viewers of this process."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        #: The moment of each that counted, the oldest first.
        self._counted: OrderedDict[tuple[object, ...], datetime] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, shown: Exposure) -> bool:
        """True, and remembered, unless the same film on the same shelf counted within the window.

        Its place does not matter: films move up where others leave. Another model does.
        """
        key = (shown.viewer_id, shown.shelf, shown.film_id, shown.source)
        with self._lock:
            counted_at = self._counted.get(key)
            if counted_at is not None and shown.shown_at - counted_at < WINDOW:
                return False
            self._counted.pop(key, None)
            self._counted[key] = shown.shown_at
            if len(self._counted) > self._most:
                self._counted.popitem(last=False)
            return True
