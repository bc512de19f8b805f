"""Events of shelves: a film was shown, a viewer acted on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Action = Literal["opened", "rated", "dismissed"]


@dataclass(frozen=True)
class Source:
    """Model that chose the films of a list, as far as it is known."""

    model_name: str | None = None
    training_job: str | None = None


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """A film that a shelf has shown a viewer."""

    viewer_id: str
    film_id: str
    #: Place on the shelf, 1 is the first.
    rank: int
    shelf: str
    source: Source
    shown_at: datetime


@dataclass(frozen=True, kw_only=True)
class Click:
    """An act of a viewer on a film of a shelf."""

    viewer_id: str
    film_id: str
    shelf: str
    action: Action
    clicked_at: datetime


Event = Exposure | Click
