"""Matrices of scores, users by items, that are never held in memory whole."""

from dataclasses import dataclass, replace

import numpy as np

from recommender.arrays import Floats, Indices32, Integers, Reals


@dataclass(frozen=True)
class LowRankScores:
    """score(v, i) = viewers[v] . items[i].

    Attributes:
        viewers: Shape (viewers, factors).
        items: Shape (items, factors).
    """

    viewers: Reals
    items: Reals

    @property
    def item_count(self) -> int:
        """Number of items."""
        return len(self.items)

    def __len__(self) -> int:
        return len(self.viewers)

    def dense(self) -> Floats:
        """Shape (viewers, items)."""
        return self.viewers.astype(np.float64) @ self.items.astype(np.float64).T

    def plus(self, weights: Floats, base: Floats) -> "ScoreMatrix":
        """The same with `weights[v] * base[v, i]`, or `... * base[i]`, added to each score."""
        if base.ndim == 1:
            return LowRankScores(
                np.column_stack([self.viewers, weights]), np.column_stack([self.items, base])
            )
        count, factors = self.viewers.shape
        return SparseScores(
            np.arange(count + 1) * factors,
            np.tile(np.arange(factors, dtype=np.int32), count),
            self.viewers.ravel().astype(np.float64),
            np.ascontiguousarray(self.items.T),
            weights,
            base,
        )


@dataclass(frozen=True)
class SparseScores:
    """score(v, i) = base_weights[v] * base[v, i] + sum of weight * matrix[row, i] over v's rows.

    Attributes:
        indptr: Shape (viewers + 1,): viewer v's rows are `rows[indptr[v]:indptr[v + 1]]`.
        rows: Places of rows of the matrix.
        weights: As many as `rows`.
        matrix: Shape (any, items).
        base_weights: Shape (viewers,).
        base: Shape (viewers, items), or (items,) where it is the same for all.
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
        """Shape (viewers, items)."""
        totals = self.bases(slice(None))
        for viewer in range(len(totals)):
            mine = slice(self.indptr[viewer], self.indptr[viewer + 1])
            totals[viewer] += self.weights[mine] @ self.matrix[self.rows[mine]].astype(np.float64)
        return totals

    def bases(self, viewers: slice) -> Floats:
        """The first term for some viewers, shape (viewers, items)."""
        base = self.base if self.base.ndim == 1 else self.base[viewers]
        return np.asarray(self.base_weights[viewers, np.newaxis] * base)

    def plus(self, weights: Floats, base: Floats) -> "SparseScores":
        """The same with `weights[v] * base[v, i]` for its base, which must be free."""
        if self.base_weights.any():
            raise ValueError("Sparse scores have one base only.")
        return replace(self, base_weights=weights, base=base)


ScoreMatrix = LowRankScores | SparseScores
