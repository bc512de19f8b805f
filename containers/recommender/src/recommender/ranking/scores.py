"""Matrices of scores, users by items, that are never held in memory whole."""

from dataclasses import dataclass, replace

import numpy as np

from recommender.arrays import Floats, Indices32, Integers, Reals

#: Rows of a matrix that are copied in double precision at once: thousands of ratings would take
#: more memory than an endpoint has.
_ROWS_AT_A_TIME = 1024


@dataclass(frozen=True)
class LowRankScores:
    """score(u, i) = users[u] . items[i].

    Attributes:
        users: Shape (users, factors).
        items: Shape (items, factors).
    """

    users: Reals
    items: Reals

    @property
    def item_count(self) -> int:
        """Number of items."""
        return len(self.items)

    def __len__(self) -> int:
        return len(self.users)

    def dense(self) -> Floats:
        """Shape (users, items)."""
        return self.users.astype(np.float64) @ self.items.astype(np.float64).T

    def plus(self, weights: Floats, base: Floats) -> "ScoreMatrix":
        """Add `weights[u] * base[u, i]`, or `weights[u] * base[i]`, to each score."""
        if base.ndim == 1:
            return LowRankScores(
                np.column_stack([self.users, weights]), np.column_stack([self.items, base])
            )
        count, factors = self.users.shape
        return SparseScores(
            np.arange(count + 1) * factors,
            np.tile(np.arange(factors, dtype=np.int32), count),
            self.users.ravel().astype(np.float64),
            np.ascontiguousarray(self.items.T),
            weights,
            base,
        )


@dataclass(frozen=True)
class SparseScores:
    """score(u, i) = base_weights[u] * base[u, i] + sum of weight * matrix[row, i] over u's rows.

    Attributes:
        indptr: Shape (users + 1,): user u's rows are `rows[indptr[u]:indptr[u + 1]]`.
        rows: Indices of rows of the matrix.
        weights: As many as `rows`.
        matrix: Shape (any, items).
        base_weights: Shape (users,).
        base: Shape (users, items), or (items,) where it is the same for all.
    """

    indptr: Integers
    rows: Indices32
    weights: Floats
    matrix: Reals
    base_weights: Floats
    base: Floats

    @property
    def item_count(self) -> int:
        """Number of items."""
        return int(self.base.shape[-1])

    def __len__(self) -> int:
        return len(self.base_weights)

    def dense(self) -> Floats:
        """Shape (users, items)."""
        totals = self.bases(slice(None))
        for user in range(len(totals)):
            end = self.indptr[user + 1]
            for start in range(self.indptr[user], end, _ROWS_AT_A_TIME):
                mine = slice(start, min(start + _ROWS_AT_A_TIME, end))
                totals[user] += self.weights[mine] @ self.matrix[self.rows[mine]].astype(np.float64)
        return totals

    def bases(self, users: slice) -> Floats:
        """The first term for some users, shape (users, items)."""
        base = self.base if self.base.ndim == 1 else self.base[users]
        return np.asarray(self.base_weights[users, np.newaxis] * base)

    def plus(self, weights: Floats, base: Floats) -> "SparseScores":
        """Set `weights[u] * base[u, i]` as the base, which must be free."""
        if self.base_weights.any():
            raise ValueError("Sparse scores have one base only.")
        return replace(self, base_weights=weights, base=base)


@dataclass(frozen=True)
class JoinedScores:
    """Scores of some items, and of others behind them.

    Attributes:
        first: Of the first items.
        others: Of the others, for the same users.
    """

    first: "ScoreMatrix"
    others: "ScoreMatrix"

    @property
    def item_count(self) -> int:
        """Number of items."""
        return self.first.item_count + self.others.item_count

    def __len__(self) -> int:
        return len(self.others)

    def dense(self) -> Floats:
        """Shape (users, items)."""
        return np.hstack([self.first.dense(), self.others.dense()])

    def plus(self, weights: Floats, base: Floats) -> "JoinedScores":
        """Add `weights[u] * base[u, i]`, or `weights[u] * base[i]`, to each score."""
        before, behind = np.split(base, [self.first.item_count], axis=-1)
        others = self.others.plus(weights, behind)
        return JoinedScores(self.first.plus(weights, before), others)


ScoreMatrix = LowRankScores | SparseScores | JoinedScores
