"""A model's users, split between its champion and its challenger.

A user's place is a hash of model and user, from 0 to 1: the same in every process and for ever. The
challenger answers the places below its share, so nobody changes sides while the share only grows,
except to the challenger. A changed share takes effect at a moment that every process knows before.
"""

import hashlib
import math
from dataclasses import dataclass
from typing import Self

#: A float has 53 bits: with more, the last places would be 1.
_PLACES, _TOO_FINE = 2**53, 64 - 53


def place(model_name: str, user_id: str) -> float:
    """A user's place among a model's users: at least 0 and below 1, spread evenly."""
    text = f"{model_name}/{user_id}".encode()
    digest = hashlib.blake2b(text, digest_size=8).digest()
    return (int.from_bytes(digest) >> _TOO_FINE) / _PLACES


@dataclass(frozen=True, kw_only=True)
class Split:
    """Share of the users that a challenger answers, and the one before it."""

    before: float
    after: float
    #: Moment at which `after` takes the place of `before`, in seconds since 1970.
    since: float
    #: Configuration of the batch that asked for it.
    by: str

    def share(self, now: float) -> float:
        """The share at a moment."""
        return self.after if now >= self.since else self.before

    def __str__(self) -> str:
        """The split as the value of a tag."""
        return f"{self.before!r} {self.after!r} {self.since:.3f} {self.by}"

    @classmethod
    def of_text(cls, text: str) -> Self | None:
        """The split that `str` wrote; None for anything else."""
        try:
            before, after, since, by = text.split(" ")
            found = cls(before=float(before), after=float(after), since=float(since), by=by)
        except ValueError:
            return None
        return found if math.isfinite(found.before + found.after + found.since) else None
