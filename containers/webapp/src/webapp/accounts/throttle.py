"""Counting of attempts to sign in and up.

Attempts count alike for accounts that exist and for others, so a refusal tells nothing either.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from webapp.accounts import queries, tokens
from webapp.accounts.limits import Limit, Subject
from webapp.warehouse.warehouse import Warehouse


class TooManyAttemptsError(Exception):
    """The attempt is refused; `wait` is the time until the next is allowed."""

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
