"""Limits on attempts to sign in and up, by e-mail address and by network address.

What is counted are attempts, whether or not an account exists, so a refusal tells nothing either.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp import queries, tokens
from webapp.warehouse import Warehouse


@dataclass(frozen=True)
class Limit:
    """So many attempts on one subject within a window of time."""

    subject_kind: str
    attempts: int
    window: timedelta


SIGN_IN_BY_EMAIL = Limit("sign-in e-mail", 8, timedelta(minutes=15))
SIGN_IN_BY_ADDRESS = Limit("sign-in address", 60, timedelta(minutes=15))
SIGN_UP_BY_EMAIL = Limit("sign-up e-mail", 5, timedelta(days=1))
SIGN_UP_BY_ADDRESS = Limit("sign-up address", 60, timedelta(hours=1))


class TooManyAttemptsError(Exception):
    """The attempt is not made; `wait` says how long until the next may be."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"Too many attempts: wait {wait}.")
        self.wait = wait


def spend(warehouse: Warehouse, limit: Limit, subject: str, now: datetime) -> None:
    """Count an attempt on `subject`.

    Raises:
        TooManyAttemptsError: The window holds as many as the limit allows; this one is not counted.
    """
    subject_hash = tokens.hashed(f"{limit.subject_kind}: {subject}")
    since = now - limit.window
    attempts, oldest_at = queries.attempts_since(warehouse, subject_hash, since)
    if oldest_at is not None and attempts >= limit.attempts:
        raise TooManyAttemptsError(oldest_at + limit.window - now)
    queries.add_attempt(warehouse, subject_hash, now)
