"""The mean of many factor models as one."""

import numpy as np

from recommender.arrays import Floats
from recommender.rating.factors import FactorModel

#: Most factors of the mean: the best approximation of that rank is kept.
RANK = 100


class Average:
    """Adds up draws; vectors have the bias first, then the factors."""

    def __init__(self) -> None:
        self._draws = 0
        self._biases: list[Floats] = []
        # side by side, the draws' factors are factors of the sum of their products
        self._factors: list[Floats] = []

    def add(self, users: Floats, items: Floats) -> None:
        """Add one draw: vectors of shape (users, 1 + factors) and (items, 1 + factors)."""
        self._draws += 1
        if not self._biases:
            self._biases = [users[:, 0].copy(), items[:, 0].copy()]
            self._factors = [users[:, 1:].copy(), items[:, 1:].copy()]
            return
        for number, vectors in enumerate((users, items)):
            self._biases[number] += vectors[:, 0]
            self._factors[number] = np.column_stack([self._factors[number], vectors[:, 1:]])
        if self._factors[0].shape[1] > 4 * RANK:
            self._factors = _compressed(self._factors, 2 * RANK)

    def model(self, mean: float, scale: tuple[float, float]) -> FactorModel:
        """The mean of the draws as a model of at most RANK factors."""
        users, items = _compressed(self._factors, RANK)
        user_biases, item_biases = (biases / self._draws for biases in self._biases)
        root = np.sqrt(self._draws)
        return FactorModel.of(
            mean, scale, biases=(user_biases, item_biases), factors=(users / root, items / root)
        )


def _compressed(factors: list[Floats], rank: int) -> list[Floats]:
    """Factors of the matrix of that rank which is closest to the product of users and items."""
    (user_base, user_rest), (item_base, item_rest) = map(np.linalg.qr, factors)
    left, strengths, right = np.linalg.svd(user_rest @ item_rest.T)
    root = np.sqrt(strengths[:rank])
    kept = len(root)
    return [user_base @ left[:, :kept] * root, item_base @ right[:kept].T * root]
