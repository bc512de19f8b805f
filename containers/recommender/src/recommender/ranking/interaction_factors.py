"""Factors of who has rated what, with regularization by each one's number of ratings.

The loss is the sum of (1 - score)^2 over rated pairs, of the unseen weight times score^2 over all
pairs, and of a ridge on each vector that grows with the ratings that it has to explain. Source:
Rendle, Krichene, Zhang and Koren, "Revisiting the performance of iALS on item recommendation
benchmarks", RecSys 2022, with its exponent of the ridge at 1.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import numpy as np
from threadpoolctl import threadpool_limits

from recommender.arrays import Floats, Indices, Indices32, Integers
from recommender.data.histories import UserHistories
from recommender.data.ratings import Ratings
from recommender.kernels import FEW_ROWS

#: Alternations of users and items; more change lists no more than chance does.
_ROUNDS = 8
#: Spread of the items' factors that learning starts from, over the root of their length.
_START = 0.1
#: Vectors that a thread solves at a time.
_BLOCK = 256


@dataclass(frozen=True)
class InteractionFactors:
    """score = factors of the user . factors of the item; a user's are a ridge regression.

    Attributes:
        items: Shape (items, factors).
        unseen_weight: Of a pair that is not rated, where one that is rated has 1 more.
        regularization: Ridge for each unit of weight that a vector has to explain.
    """

    items: Floats
    unseen_weight: float
    regularization: float

    @classmethod
    def fit(
        cls,
        ratings: Ratings,
        *,
        factors: int,
        unseen_weight: float,
        regularization: float,
        seed: int,
    ) -> Self:
        """Alternate least squares of users and items.

        Args:
            ratings: Who rated what; their values do not count.
            factors: Length of a vector.
            unseen_weight: Of a pair that is not rated.
            regularization: For each unit of weight that a vector has to explain.
            seed: Start of the random numbers.
        """
        start = np.random.default_rng(seed).standard_normal((len(ratings.item_ids), factors))
        model = cls(start * _START / factors**0.5, unseen_weight, regularization)
        by_user = (ratings.rated_indptr, ratings.items)
        by_item = UserHistories.of_ratings(ratings).by_item(len(ratings.item_ids))
        with threadpool_limits(1, "blas"):
            for _ in range(_ROUNDS):
                users = cls(model._solve(*by_user), unseen_weight, regularization)
                model = cls(users._solve(*by_item), unseen_weight, regularization)
        # as the artifact keeps them, so that a model is the same before and after
        return cls(model.items.astype(np.float32).astype(np.float64), unseen_weight, regularization)

    def fold_in(self, histories: UserHistories) -> Floats:
        """Factors of users, shape (rows, factors)."""
        return self._solve(histories.indptr, histories.items)

    def contributions(self, rated: Indices32, items: Indices) -> Floats:
        """Terms of the scores, which are linear in the rated items, shape (rated, items)."""
        equations = self._equations(rated, self._common())
        return np.asarray(self.items[rated] @ np.linalg.solve(equations, self.items[items].T))

    def _solve(self, indptr: Integers, rated: Indices32) -> Floats:
        """Vectors of the other side, one for each row of a compressed table."""
        found = np.zeros((len(indptr) - 1, self.items.shape[1]))
        common, ridges = self._common(), self._ridge(np.diff(indptr))
        if len(found) <= FEW_ROWS:
            for row in np.flatnonzero(np.diff(indptr)).tolist():
                mine = rated[indptr[row] : indptr[row + 1]]
                target = self.items[mine].sum(axis=0)
                found[row] = np.linalg.solve(self._equations(mine, common), target)
            return found
        from recommender.kernels import ridge  # noqa: PLC0415 - see FEW_ROWS

        def work(start: int) -> None:
            rows = slice(start, start + _BLOCK)
            ridge.solve_rows(
                indptr[start : start + _BLOCK + 1],
                rated,
                self.items,
                common,
                ridges[rows],
                found[rows],
            )

        with ThreadPoolExecutor(2, "factors") as threads:
            list(threads.map(work, range(0, len(found), _BLOCK)))
        return found

    def _equations(self, rated: Indices32, common: Floats) -> Floats:
        """Matrix of the equations of one row."""
        mine = self.items[rated]
        equations = common + mine.T @ mine
        equations[np.diag_indices_from(equations)] += self._ridge(np.array(len(mine)))
        return equations

    def _common(self) -> Floats:
        """Part of the equations that all rows share: the unseen pairs."""
        return np.asarray(self.unseen_weight * self.items.T @ self.items)

    def _ridge(self, counts: Integers) -> Floats:
        """Ridge of vectors with so many ratings."""
        return np.asarray(self.regularization * (counts + self.unseen_weight * len(self.items)))
