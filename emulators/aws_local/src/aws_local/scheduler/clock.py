"""The clock that schedules go by: this machine's, or one that a test sets."""

from datetime import UTC, datetime


class Clock:
    """Says what time it is."""

    def __init__(self) -> None:
        self._moment: datetime | None = None

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._moment or datetime.now(UTC)

    @property
    def is_set(self) -> bool:
        """True while the clock stands where it was set."""
        return self._moment is not None

    def set(self, moment: datetime | None) -> None:
        """Stand at a moment with a time zone; None: go on as this machine's clock does."""
        self._moment = moment.astimezone(UTC) if moment else None
