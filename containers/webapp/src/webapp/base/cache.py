"""Values that are the same for all viewers, kept for a time.

While new values cannot be loaded because their source is away, the old ones are given.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class _Entry:
    value: Any
    expires_at: float


class Cache:
    """Values by key, each loaded by one caller at a time and kept for its lifetime."""

    def __init__(
        self, stale_on: type[Exception], now: Callable[[], float] = time.monotonic
    ) -> None:
        """`stale_on` is the error of a source that is away: expired values are given then."""
        self._stale_on = stale_on
        self._now = now
        self._entries: dict[Hashable, _Entry] = {}
        self._locks: defaultdict[Hashable, threading.Lock] = defaultdict(threading.Lock)

    def get(self, key: Hashable, lifetime_seconds: float, load: Callable[[], Value]) -> Value:
        """The value for `key`, from `load` if there is none or it has expired.

        An error of `load` is passed on, but one of a source that is away only where there is no
        expired value either.
        """
        with self._locks[key]:
            entry = self._entries.get(key)
            if entry is None or self._now() >= entry.expires_at:
                entry = self._loaded(key, entry, lifetime_seconds, load)
            value: Value = entry.value
            return value

    def _loaded(
        self, key: Hashable, old: _Entry | None, lifetime_seconds: float, load: Callable[[], Value]
    ) -> _Entry:
        try:
            entry = _Entry(load(), self._now() + lifetime_seconds)
        except self._stale_on:
            if old is None:
                raise
            return old
        self._entries[key] = entry
        return entry
