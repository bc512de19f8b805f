"""Sessions and tickets of browsers, as the queries take and give them."""

from dataclasses import dataclass
from datetime import datetime

from webapp.accounts.viewer import Viewer


@dataclass(frozen=True)
class SignedIn:
    """A viewer signed in at a browser, until a moment."""

    viewer: Viewer
    expires_at: datetime


@dataclass(frozen=True)
class PresentedTicket:
    """A ticket, and the browser that presents it."""

    ticket_hash: str
    browser_hash: str
