"""A fitted biased matrix factorization, and its estimates.

rating(u, i) = global mean + bias of u + bias of i + factors of u . factors of i

Numpy only: `serve` runs this without scikit-surprise.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.arrays import Floats, Indices, Reals
from recommender.data.rating_levels import RatingLevels

#: Rows estimated at a time: the gathered factors stay in the processor's cache, which is ten times
#: as fast as going through memory.
_CHUNK = 256


@dataclass(frozen=True)
class FactorModel:
    """Fitted biases and factors, each with one zero row behind the last user or item.

    A zero bias and zero factors are what scikit-surprise uses for an unknown user or item, and -1
    addresses the last row: the unknown need no case of their own.

    Attributes:
        global_mean: Mean of all ratings.
        scale: Lowest and highest rating of the data.
        user_biases: Shape (users + 1,).
        item_biases: Shape (items + 1,).
        user_factors: Shape (users + 1, factors).
        item_factors: Shape (items + 1, factors).
    """

    global_mean: float
    scale: tuple[float, float]
    user_biases: Floats
    item_biases: Floats
    user_factors: Floats
    item_factors: Floats

    @classmethod
    def of(
        cls,
        global_mean: float,
        scale: tuple[float, float],
        *,
        biases: tuple[Reals, Reals],
        factors: tuple[Reals, Reals],
    ) -> "FactorModel":
        """Make a model of fitted arrays, users first, without rows for the unknown."""
        return cls(global_mean, scale, *map(_with_zero_row, (*biases, *factors)))

    def estimate(self, users: Indices, items: Indices) -> Floats:
        """Estimated ratings, clipped to the data's scale.

        Args:
            users: Shape (n,), indices of users or UNKNOWN.
            items: Shape (n,), indices of items or UNKNOWN.

        Returns:
            Shape (n,).
        """
        estimates = self.global_mean + self.user_biases[users] + self.item_biases[items]
        for start in range(0, len(users), _CHUNK):
            rows = slice(start, start + _CHUNK)
            estimates[rows] += np.einsum(
                "nf,nf->n", self.user_factors[users[rows]], self.item_factors[items[rows]]
            )
        return estimates.clip(*self.scale)

    def estimate_one(self, user: int, item: int) -> float:
        """Estimate one pair without arrays, equal to `estimate` to the last bit."""
        # einsum here too: a dot product adds up in another order
        affinity = np.einsum("f,f->", self.user_factors[user], self.item_factors[item])
        known = self.global_mean + self.user_biases[user] + self.item_biases[item]
        return min(max(float(known + affinity), self.scale[0]), self.scale[1])

    def clip(self, scores: Floats) -> Floats:
        """Scores as ratings on the data's scale."""
        return scores.clip(*self.scale)

    @cached_property
    def item_spread(self) -> float:
        """Mean square of an item's factor, 1 where all are zero or there are none."""
        if not self.item_factors.shape[1]:
            return 1.0
        return float(np.mean(np.square(self.item_factors[:-1]))) or 1.0

    @cached_property
    def levels(self) -> RatingLevels:
        """Levels of ratings on the data's scale; without any factors there were no ratings."""
        return RatingLevels(self.scale, self.global_mean, not self.item_factors.shape[1])

    def is_finite(self) -> bool:
        """True if every number is finite: the fit has not diverged."""
        arrays = (self.user_biases, self.item_biases, self.user_factors, self.item_factors)
        return all(bool(np.isfinite(array).all()) for array in arrays)


def _with_zero_row(array: Reals) -> Floats:
    zero = np.zeros_like(array, shape=(1, *array.shape[1:]))
    return np.concatenate([array, zero], dtype=np.float64)
