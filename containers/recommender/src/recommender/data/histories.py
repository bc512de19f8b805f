"""Histories of users: the ratings of each, known to a model or given with a request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender.arrays import UNKNOWN, Bools, Floats, Indices, Indices32, Integers
from recommender.data.ratings import Ratings


@dataclass(frozen=True)
class UserHistories:
    """Ratings of some users, in compressed rows.

    Attributes:
        users: Shape (rows,), indices of users, UNKNOWN for a user whom the model has not seen.
        indptr: Shape (rows + 1,): row r has rated `items[indptr[r]:indptr[r + 1]]`.
        items: Shape (ratings,), indices of items, ascending in each row.
        values: Shape (ratings,), the ratings.
    """

    users: Indices
    indptr: Integers
    items: Indices32
    values: Floats

    @classmethod
    def of_ratings(cls, ratings: Ratings) -> "UserHistories":
        """Histories of all users of the ratings, in their order."""
        return cls(
            np.arange(len(ratings.user_ids)), ratings.rated_indptr, ratings.items, ratings.values
        )

    @classmethod
    def unknown_user(cls, items: Indices32, values: Floats) -> "UserHistories":
        """One history: of a user whom the model has not seen, with ratings of different items."""
        order = np.argsort(items)
        return cls(
            np.array([UNKNOWN]),
            np.array([0, len(items)], np.int64),
            items[order].astype(np.int32),
            values[order].astype(np.float64),
        )

    @classmethod
    def of_each(cls, users: Indices, histories: Sequence["UserHistories"]) -> "UserHistories":
        """Histories of one user each as rows, under these indices of users."""
        counts = [len(each.items) for each in histories]
        return cls(
            users,
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            np.concatenate([each.items for each in histories]),
            np.concatenate([each.values for each in histories]),
        )

    def take(self, row: int) -> "UserHistories":
        """One of these histories, with the row as its user; an empty one for UNKNOWN."""
        start, stop = (self.indptr[row], self.indptr[row + 1]) if row != UNKNOWN else (0, 0)
        return UserHistories(
            np.array([row]),
            np.array([0, stop - start]),
            self.items[start:stop],
            self.values[start:stop],
        )

    def rows(self, rows: Indices) -> "UserHistories":
        """Some of these histories, in the order of `rows`."""
        counts = self.counts[rows]
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        places = np.arange(indptr[-1]) + np.repeat(self.indptr[rows] - indptr[:-1], counts)
        return UserHistories(self.users[rows], indptr, self.items[places], self.values[places])

    def below(self, end: int) -> "UserHistories":
        """The same histories without ratings of the items from `end` on."""
        kept = self.items < end
        return self if kept.all() else self.select(kept)

    def select(self, ratings: Bools) -> "UserHistories":
        """The same users with some of their ratings alone.

        Args:
            ratings: Shape (ratings,), true for those to keep.
        """
        kept = np.concatenate([[0], np.cumsum(ratings)]).astype(np.int64)
        return replace(
            self, indptr=kept[self.indptr], items=self.items[ratings], values=self.values[ratings]
        )

    def __len__(self) -> int:
        return len(self.users)

    def by_item(self, items: int) -> tuple[Integers, Indices32]:
        """Rows that have rated each item, in compressed rows: those of i from `indptr[i]` on.

        Args:
            items: Number of items.
        """
        counts = np.bincount(self.items, minlength=items)
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        order = np.argsort(self.items, kind="stable")
        return indptr, self.row_of_rating[order].astype(np.int32)

    @property
    def row_of_rating(self) -> Integers:
        """Row of each rating, shape (ratings,)."""
        return np.repeat(np.arange(len(self)), self.counts)

    @property
    def counts(self) -> Integers:
        """Number of rated items of each row, shape (rows,)."""
        return np.diff(self.indptr)

    def history(self, row: int) -> tuple[Indices32, Floats]:
        """Items and ratings of one row."""
        mine = slice(self.indptr[row], self.indptr[row + 1])
        return self.items[mine], self.values[mine]
