"""Sign-in at a browser: sessions behind a cookie, and the tickets that change it.

A Streamlit page cannot set a cookie, a route of the server can. So a page that has checked a
password makes a ticket and sends the browser to the route with it; the route trades it for the
cookie. A ticket works once, within a minute, and in the browser alone that it was made for: each
browser has a random mark in a cookie of its own. Nobody can sign another browser in or out with a
link.
"""

from datetime import datetime, timedelta

from webapp.accounts import queries, tokens
from webapp.accounts.session import PresentedTicket, SignedIn
from webapp.warehouse.session import Session
from webapp.warehouse.warehouse import Warehouse

SESSION_LIFETIME = timedelta(days=14)
TICKET_LIFETIME = timedelta(minutes=1)


class TicketError(Exception):
    """The ticket is unknown, used, too old or for another browser."""


def ticket(warehouse: Warehouse, browser: str, viewer_id: str | None, now: datetime) -> str:
    """A ticket that signs `viewer_id` in at the browser with the mark `browser`; None signs out."""
    token = tokens.new()
    queries.add_ticket(
        warehouse,
        tokens.hashed(token),
        tokens.hashed(browser),
        viewer_id=viewer_id,
        expires_at=now + TICKET_LIFETIME,
    )
    return token


def redeem(warehouse: Warehouse, token: str, browser: str, now: datetime) -> str | None:
    """Trade a ticket for the token of a new session; None when it signs the browser out.

    Raises:
        TicketError: The ticket is not good here and now.
    """
    if not browser:  # it refuses cookies, so nobody knows which browser it is
        raise TicketError("This browser keeps no cookies: signing in needs them.")
    session_token = tokens.new()

    presented = PresentedTicket(tokens.hashed(token), tokens.hashed(browser))
    expires_at = now + SESSION_LIFETIME

    def trade(session: Session) -> str | None:
        token_hash = tokens.hashed(session_token)
        signs_in = queries.add_session(
            session, token_hash, presented, now=now, expires_at=expires_at
        )
        # Two requests may both see it: the one that removes it has it, the other has no session.
        if not queries.remove_ticket(session, presented, now):
            raise TicketError("This link is no longer good: go back and try again.")
        return session_token if signs_in else None

    return warehouse.transaction(trade)


def signed_in(warehouse: Warehouse, session_token: str, now: datetime) -> SignedIn | None:
    """The session of a token, if it has not expired."""
    return queries.session(warehouse, tokens.hashed(session_token), now)


def end(warehouse: Warehouse, session_token: str) -> None:
    """End a session, whatever becomes of the cookie."""
    queries.remove_session(warehouse, tokens.hashed(session_token))
