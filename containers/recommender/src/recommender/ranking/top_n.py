"""Selection of the best of some scores, what is not selected, and the lists that come of it."""

from dataclasses import dataclass

import numpy as np

from recommender.arrays import Bools, Floats, Indices32, Integers


@dataclass(frozen=True)
class Rated:
    """Rated items of each user, in compressed rows.

    Attributes:
        indptr: Shape (users + 1,).
        indices: Shape (ratings,), indices of items.
    """

    indptr: Integers
    indices: Indices32

    def of(self, chosen: Bools, first: int = 0) -> "Rated":
        """Those of the rated items that are chosen, numbered from `first` on.

        Args:
            chosen: Shape (ratings,).
            first: The item that becomes number 0.
        """
        before = np.concatenate([[0], np.cumsum(chosen)])
        indices = (self.indices[chosen] - first).astype(np.int32)
        return Rated(before[self.indptr].astype(np.int64), indices)


@dataclass(frozen=True)
class TopLists:
    """Each user's best items, best first, equal scores by item.

    Attributes:
        items: Shape (users, n), indices of items.
        scores: Shape (users, n); minus infinity where a user has no unseen item left.
    """

    items: Indices32
    scores: Floats

    @classmethod
    def of(cls, scores: Floats, n: int) -> "TopLists":
        """The `n` best of scores of all items, shape (users, items)."""
        items = best(scores, n).astype(np.int32)
        return cls(items, np.take_along_axis(scores, items, axis=1))

    def at(self, columns: Integers) -> "TopLists":
        """Some columns of each list, in their order, shape (users, any)."""
        return TopLists(
            np.take_along_axis(self.items, columns, axis=1),
            np.take_along_axis(self.scores, columns, axis=1),
        )


def best(scores: Floats, n: int) -> Integers:
    """Columns of the `n` highest scores of each row, highest first, equal scores by column.

    Args:
        scores: Shape (rows, columns).
        n: At least 1.

    Returns:
        Shape (rows, min(n, columns)).
    """
    n = min(n, scores.shape[1])
    chosen = np.argpartition(scores, -n, axis=1)[:, -n:]
    # in order of columns, so that the stable sort below leaves equal scores in it
    chosen.sort(axis=1)
    chosen_scores = np.take_along_axis(scores, chosen, axis=1)
    order = np.argsort(-chosen_scores, axis=1, kind="stable")
    chosen = np.take_along_axis(chosen, order, axis=1)
    # argpartition keeps any of the columns that tie for the last place: sort such rows whole
    last = chosen_scores.min(axis=1, keepdims=True)
    tied = np.count_nonzero(scores >= last, axis=1) > n
    chosen[tied] = np.argsort(-scores[tied], axis=1, kind="stable")[:, :n]
    return chosen
