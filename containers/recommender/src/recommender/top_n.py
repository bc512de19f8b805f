"""Each user's best unseen items: exact, in blocks of users, never all pairs at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from recommender.factors import UNKNOWN, FactorModel, Floats, Indices

#: Scores held at a time: 16 MB, whatever the number of items.
_BLOCK_CELLS = 2**21


@dataclass(frozen=True)
class Rated:
    """Which items each user has rated, in compressed rows.

    Attributes:
        indptr: Shape (users + 1,).
        indices: Shape (ratings,), places of items.
    """

    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.int32]

    def cells(self, users: Indices) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Rows (places in `users`) and columns (items) of rated pairs; the unknown have none."""
        known = users != UNKNOWN
        starts = np.where(known, self.indptr[users], 0)
        lengths = np.where(known, self.indptr[users + 1] - self.indptr[users], 0)
        rows = np.repeat(np.arange(len(users)), lengths)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return rows, self.indices[np.repeat(starts, lengths) + within]


@dataclass(frozen=True)
class Recommendations:
    """Rows of a block of users, sorted by user and rank.

    Attributes:
        rows: Shape (n,), places in the users that were asked for.
        items: Shape (n,), places of items.
        ranks: Shape (n,), from 1.
        scores: Shape (n,), unclipped estimates.
    """

    rows: npt.NDArray[np.int64]
    items: npt.NDArray[np.int64]
    ranks: npt.NDArray[np.int64]
    scores: Floats


def recommend(
    model: FactorModel, rated: Rated, users: Indices, n: int
) -> Iterator[Recommendations]:
    """The `n` best unseen items of each user, one block of users after the other.

    A user with fewer unseen items gets all of them. Equal scores are ordered by item.
    """
    block = max(1, _BLOCK_CELLS // (len(model.item_biases) - 1))
    for start in range(0, len(users), block):
        recommendations = _of_block(model, rated, users[start : start + block], n)
        yield replace(recommendations, rows=recommendations.rows + start)


def best(scores: Floats, n: int) -> npt.NDArray[np.int64]:
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


def _of_block(model: FactorModel, rated: Rated, users: Indices, n: int) -> Recommendations:
    scores = model.scores(users)
    scores[rated.cells(users)] = -np.inf
    items = best(scores, n)
    best_scores = np.take_along_axis(scores, items, axis=1)
    rows, places = np.nonzero(np.isfinite(best_scores))
    return Recommendations(
        rows=rows,
        items=items[rows, places],
        ranks=places + 1,
        scores=best_scores[rows, places],
    )
