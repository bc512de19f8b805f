"""An open transaction, by the name and id that other sessions see."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Transaction:
    """An open transaction, as SHOW TRANSACTIONS names it."""

    id: str
    name: str
    started_on: datetime

    @classmethod
    def start(cls, name: str | None) -> "Transaction":
        """Begin one now; Snowflake's ids are its nanoseconds, too."""
        now = datetime.now(UTC)
        identifier = str(int(now.timestamp() * 1_000_000) * 1_000)
        return cls(identifier, name or identifier, now)
