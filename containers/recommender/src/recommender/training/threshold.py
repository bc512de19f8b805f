"""The threshold of new ratings, below which a training that runs by itself makes no model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

#: Hyperparameters: new ratings that are asked for, and rows that what serves was trained on.
LEAST, KNOWN = "least_new_ratings", "known_ratings"


@dataclass(frozen=True)
class Threshold:
    """Rows that a table must have beyond those that are known."""

    least: int
    known: int

    @classmethod
    def parse(cls, strings: Mapping[str, str]) -> Self | None:
        """The threshold that the hyperparameters state; None where they state none."""
        if LEAST not in strings:
            return None
        return cls(int(strings[LEAST]), int(strings.get(KNOWN, "0")))

    def new(self, rows: int) -> int:
        """New ratings of a table with so many rows: one that has lost rows has none."""
        return max(0, rows - self.known)

    def is_met(self, rows: int) -> bool:
        """True where a table with so many rows is worth a training.

        A table that has lost rows is, too: the gate is to see it, and somebody to be told.
        """
        return rows < self.known or self.new(rows) >= self.least
