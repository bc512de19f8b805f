"""The time, as the warehouse keeps it: UTC without a zone, in whole milliseconds."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current time."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
