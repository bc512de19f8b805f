"""The time that a request has left: Lambda always answers before the API gateway gives up."""

import time
from dataclasses import dataclass, field

from functions.errors import BusyError

#: Longest that a request works before it answers 429: API Gateway gives up after 29 seconds.
BUDGET_SECONDS = 25.0


@dataclass(frozen=True)
class Deadline:
    """The moment at which a request must have its answer, on the monotonic clock."""

    at: float = field(default_factory=lambda: time.monotonic() + BUDGET_SECONDS)

    def remaining(self) -> float:
        """Seconds left, not below zero."""
        return max(0.0, self.at - time.monotonic())

    def require(self, seconds: float) -> None:
        """Make sure that a call that may take `seconds` still fits.

        Raises:
            BusyError: It does not.
        """
        if self.remaining() < seconds:
            raise BusyError("The time of this request is nearly spent: send it again.")
