"""Limits on attempts to sign in and up, by e-mail address and by network address."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """Number of attempts on one subject within a window of time."""

    subject_kind: str
    attempts: int
    window: timedelta


@dataclass(frozen=True)
class Subject:
    """An address under a limit: as many attempts are allowed on it since a moment."""

    subject_hash: str
    since: datetime
    attempts: int


SIGN_IN_BY_EMAIL = Limit("sign-in e-mail", 8, timedelta(minutes=15))
SIGN_IN_BY_ADDRESS = Limit("sign-in address", 60, timedelta(minutes=15))
SIGN_UP_BY_EMAIL = Limit("sign-up e-mail", 5, timedelta(days=1))
SIGN_UP_BY_ADDRESS = Limit("sign-up address", 60, timedelta(hours=1))
