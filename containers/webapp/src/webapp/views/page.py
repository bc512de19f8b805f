"""Page of the app, as the navigation and the server know it."""

from dataclasses import dataclass
from typing import Literal

Audience = Literal["everybody", "signed in", "signed out"]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Place of a page; its name is that of its file, its label the sentence `<name>.title`."""

    #: Place in the navigation, the lowest first.
    position: int
    #: Path in the address; the first page of an audience has none.
    path: str
    icon: str
    audience: Audience
