"""Queries and changes of accounts, sessions, tickets and attempts to sign in."""

import json
from collections.abc import Iterable
from datetime import datetime

from webapp.accounts import addresses
from webapp.accounts.limits import Subject
from webapp.accounts.session import PresentedTicket, SignedIn
from webapp.accounts.viewer import Account, Viewer
from webapp.warehouse.statements import Change, Executor, Rows, change, query

# --- accounts -------------------------------------------------------------------------------------


@query
def accounts_by_email(rows: Rows, email: str) -> list[Account]:
    """The accounts with an e-mail address, however it is typed, oldest first."""
    found = rows(json.dumps(addresses.keys(email)))
    return [Account(row["viewer_id"], row["password_hash"]) for row in found]


@query
def password_hash_of(rows: Rows, viewer_id: str) -> str | None:
    """The viewer's password hash; None when the account is gone."""
    found = rows(viewer_id)
    return found[0]["password_hash"] if found else None


@change
def add_viewer(
    run: Change, viewer: Viewer, email_key: str, *, password_hash: str, now: datetime
) -> bool:
    """Add an account; False when it is there already."""
    added = run(
        viewer.viewer_id,
        email_key,
        viewer.email,
        viewer.name,
        password_hash,
        viewer.country,
        viewer.birth_date,
        viewer.language,
        now,
        now,
        viewer.viewer_id,
    )
    return added == 1


@change
def change_viewer(run: Change, viewer: Viewer, email_key: str, now: datetime) -> None:
    """Replace a viewer's profile."""
    run(
        email_key,
        viewer.email,
        viewer.name,
        viewer.country,
        viewer.birth_date,
        viewer.language,
        now,
        viewer.viewer_id,
    )


@change
def change_password(run: Change, viewer_id: str, password_hash: str, now: datetime) -> None:
    """Replace a viewer's password hash."""
    run(password_hash, now, viewer_id)


@change
def remove_viewer(run: Change, viewer_id: str) -> None:
    """Remove an account; its sessions and the viewer's taste are removed apart."""
    run(viewer_id)


# --- tickets and sessions -------------------------------------------------------------------------


@change
def add_ticket(
    run: Change,
    ticket_hash: str,
    browser_hash: str,
    *,
    viewer_id: str | None,
    expires_at: datetime,
) -> None:
    """Keep a ticket until it is used or expires."""
    run(ticket_hash, browser_hash, viewer_id, expires_at)


@change
def remove_ticket(run: Change, presented: PresentedTicket, now: datetime) -> bool:
    """Remove a ticket if it is this browser's and good; True for the one caller who removes it."""
    return run(presented.ticket_hash, presented.browser_hash, now) == 1


@change
def add_session(
    run: Change,
    token_hash: str,
    presented: PresentedTicket,
    *,
    now: datetime,
    expires_at: datetime,
) -> bool:
    """Keep a session for the viewer of the ticket; False if it is not good, or signs out."""
    hashes = (presented.ticket_hash, presented.browser_hash)
    return run(token_hash, now, expires_at, *hashes, now) == 1


@query
def session(rows: Rows, token_hash: str, now: datetime) -> SignedIn | None:
    """The session of a token, if it has not expired."""
    found = rows(token_hash, now)
    if not found:
        return None
    row = found[0]
    viewer = Viewer(
        viewer_id=row["viewer_id"],
        name=row["viewer_name"],
        email=row["email_address"],
        country=row["country"],
        birth_date=row["birth_date"],
        language=row["language_code"],
    )
    return SignedIn(viewer, row["expires_at"])


@change
def remove_session(run: Change, token_hash: str) -> None:
    """Remove a session."""
    run(token_hash)


@change
def remove_sessions_of(run: Change, viewer_id: str) -> None:
    """Remove all sessions of a viewer."""
    run(viewer_id)


# --- attempts -------------------------------------------------------------------------------------


@query
def attempts_since(rows: Rows, subject_hash: str, since: datetime) -> tuple[int, datetime | None]:
    """Number of attempts on a subject since a moment, and the time of the oldest."""
    row = rows(subject_hash, since)[0]
    return row["attempts"], row["oldest_at"]


@change
def add_attempts(run: Change, subjects: Iterable[Subject], now: datetime) -> bool:
    """Count an attempt on each of the subjects; False, and none counted, if one is at its limit."""
    given = [
        {
            "subject_hash": subject.subject_hash,
            "since": subject.since.isoformat(sep=" "),
            "attempts": subject.attempts,
        }
        for subject in subjects
    ]
    return run(json.dumps(given), now) > 0


# --- cleanup --------------------------------------------------------------------------------------


def remove_expired(on: Executor, now: datetime, *, attempts_before: datetime) -> None:
    """Remove expired tickets and sessions, and attempts that no limit counts any more."""
    remove_expired_tickets(on, now)
    remove_expired_sessions(on, now)
    remove_attempts_before(on, attempts_before)


@change
def remove_expired_tickets(run: Change, now: datetime) -> None:
    """Remove the tickets that are too old."""
    run(now)


@change
def remove_expired_sessions(run: Change, now: datetime) -> None:
    """Remove the sessions that are over."""
    run(now)


@change
def remove_attempts_before(run: Change, moment: datetime) -> None:
    """Remove the attempts before a moment."""
    run(moment)
