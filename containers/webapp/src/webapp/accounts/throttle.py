"""Limits on attempts to sign in and up, by e-mail address and by network address.

What is counted are attempts, whether or not an account exists, so a refusal tells nothing either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp import queries
from webapp.accounts import tokens
from webapp.accounts.viewer import Subject
from webapp.warehouse.warehouse import Warehouse


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


def spend(warehouse: Warehouse, subjects: Mapping[Limit, str], now: datetime) -> None:
    """Count an attempt on each subject, in one statement.

    Raises:
        TooManyAttemptsError: A window holds as many as its limit allows; this one is not counted.
    """
    counted = {limit: _subject(limit, subject, now) for limit, subject in subjects.items()}
    if not queries.add_attempts(warehouse, counted.values(), now):
        waits = [_wait(warehouse, limit, subject, now) for limit, subject in counted.items()]
        raise TooManyAttemptsError(max(waits))


def _subject(limit: Limit, subject: str, now: datetime) -> Subject:
    subject_hash = tokens.hashed(f"{limit.subject_kind}: {subject}")
    return Subject(subject_hash, now - limit.window, limit.attempts)


def _wait(warehouse: Warehouse, limit: Limit, subject: Subject, now: datetime) -> timedelta:
    attempts, oldest_at = queries.attempts_since(warehouse, subject.subject_hash, subject.since)
    if oldest_at is None or attempts < limit.attempts:
        return timedelta()
    return oldest_at + limit.window - now
