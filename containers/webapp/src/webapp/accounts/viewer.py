"""Who a viewer is and what they like."""

from dataclasses import dataclass
from datetime import date, datetime


def age(birth_date: date, today: date) -> int:
    """Full years of age."""
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had_birthday else 1)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Somebody with an account."""

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


@dataclass(frozen=True)
class SignedIn:
    """A viewer, at a browser, until a moment."""

    viewer: Viewer
    expires_at: datetime


@dataclass(frozen=True)
class PresentedTicket:
    """A ticket, and the browser that comes with it."""

    ticket_hash: str
    browser_hash: str


@dataclass(frozen=True)
class Subject:
    """Somebody or something that so many attempts may be made on since a moment."""

    subject_hash: str
    since: datetime
    attempts: int
