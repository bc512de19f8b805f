"""Viewers, and their accounts as the sign-in sees them."""

from dataclasses import dataclass
from datetime import date


def age(birth_date: date, today: date) -> int:
    """Age in full years."""
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had_birthday else 1)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """A person with an account."""

    viewer_id: str
    name: str
    email: str
    #: ISO 3166-1 alpha-2.
    country: str
    birth_date: date
    #: ISO 639-1.
    language: str


@dataclass(frozen=True)
class Account:
    """An account as the sign-in sees it."""

    viewer_id: str
    password_hash: str
