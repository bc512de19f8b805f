"""Values that are the same for all viewers, each kept for a stated time.

When Snowflake is away, the last value is better than none.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from webapp.warehouse import WarehouseAwayError

Value = TypeVar("Value")


@dataclass(frozen=True)
class _Kept:
    value: Any
    until: float


class Cache:
    """Values by key, each loaded by one caller at a time and kept for its lifetime."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: dict[Hashable, _Kept] = {}
        self._locks: defaultdict[Hashable, threading.Lock] = defaultdict(threading.Lock)

    def get(self, key: Hashable, lifetime_seconds: float, load: Callable[[], Value]) -> Value:
        """The value for `key`, from `load` if none is kept or its time is up.

        Raises:
            WarehouseAwayError: There is none, and `load` cannot get one.
        """
        with self._locks[key]:
            kept = self._kept.get(key)
            if kept is None or self._now() >= kept.until:
                kept = self._loaded(key, kept, lifetime_seconds, load)
            value: Value = kept.value
            return value

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def _loaded(
        self, key: Hashable, old: _Kept | None, lifetime_seconds: float, load: Callable[[], Value]
    ) -> _Kept:
        try:
            kept = _Kept(load(), self._now() + lifetime_seconds)
        except WarehouseAwayError:
            if old is None:
                raise
            return old
        self._kept[key] = kept
        return kept
