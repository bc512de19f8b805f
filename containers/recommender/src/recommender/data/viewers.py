"""Who is asked for: users of the training data, or strangers, with what they have rated."""

from dataclasses import dataclass

import numpy as np

from recommender.arrays import UNKNOWN, Floats, Indices, Indices32, Integers
from recommender.data.ratings import Ratings


@dataclass(frozen=True)
class Viewers:
    """Some viewers and their ratings, in compressed rows.

    Attributes:
        users: Shape (viewers,), places of users, UNKNOWN for a stranger.
        indptr: Shape (viewers + 1,): viewer v rated `items[indptr[v]:indptr[v + 1]]`.
        items: Shape (ratings,), places of items, ascending for each viewer.
        values: Shape (ratings,), the ratings.
    """

    users: Indices
    indptr: Integers
    items: Indices32
    values: Floats

    @classmethod
    def of_ratings(cls, ratings: Ratings) -> "Viewers":
        """Every user of the ratings, in their order."""
        return cls(
            np.arange(len(ratings.user_ids)), ratings.rated_indptr, ratings.items, ratings.values
        )

    @classmethod
    def stranger(cls, items: Indices32, values: Floats) -> "Viewers":
        """One viewer whom no model knows, with ratings of different items."""
        order = np.argsort(items)
        return cls(
            np.array([UNKNOWN]),
            np.array([0, len(items)], np.int64),
            items[order].astype(np.int32),
            values[order].astype(np.float64),
        )

    def take(self, place: int) -> "Viewers":
        """One of these viewers; UNKNOWN gives a stranger without ratings."""
        start, stop = (self.indptr[place], self.indptr[place + 1]) if place != UNKNOWN else (0, 0)
        return Viewers(
            np.array([place]),
            np.array([0, stop - start]),
            self.items[start:stop],
            self.values[start:stop],
        )

    def __len__(self) -> int:
        return len(self.users)

    @property
    def counts(self) -> Integers:
        """Shape (viewers,), how many items each has rated."""
        return np.diff(self.indptr)

    def history(self, viewer: int) -> tuple[Indices32, Floats]:
        """Items and ratings of one viewer."""
        rows = slice(self.indptr[viewer], self.indptr[viewer + 1])
        return self.items[rows], self.values[rows]
