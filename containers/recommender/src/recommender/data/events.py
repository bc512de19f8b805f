"""Events in place of ratings: views, purchases, clicks, each with a weight.

The more often a user takes an item, the surer it is that they like it, but ten views are not ten
times one: weights of a pair are added up and count by their logarithm, as the confidence of Hu,
Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008, section 4
(equation 6). The heaviest hundredth counts alike, so that no single counter sets the scale.
"""

import numpy as np

from recommender.arrays import Floats, Indices, Indices32
from recommender.data.ratings import RatingsError

_HEAVIEST = 0.99


def check(weights: Floats) -> None:
    """Check the weights of all rows.

    Raises:
        RatingsError: One is below zero.
    """
    below = int(np.count_nonzero(weights < 0))
    if below:
        raise RatingsError(
            f"{below} row{'s' * (below > 1)} of the input table with a weight below zero: an event"
            " weighs 0 or more, so leave returns and cancellations out, by a view for example."
        )


def totals(users: Indices32, items: Indices32, weights: Floats) -> tuple[Floats, Indices]:
    """Sum of the weights of each pair, and the last row of it.

    Args:
        users: Shape (rows,), sorted.
        items: Shape (rows,), sorted within a user.
        weights: Shape (rows,).
    """
    is_last = np.append((users[1:] != users[:-1]) | (items[1:] != items[:-1]), True)
    last = np.flatnonzero(is_last)
    return np.add.reduceat(weights, np.concatenate([[0], last[:-1] + 1])), last


def strengths(weights: Floats) -> Floats:
    """Strength with which users have taken to items, from the weights of their pairs."""
    return np.log1p(np.minimum(weights, np.quantile(weights, _HEAVIEST)))


def strength(weight: float, strongest: float) -> float:
    """The same of one weight beside a model.

    Args:
        weight: Of any size above zero.
        strongest: The upper end of the model's scale.
    """
    return min(float(np.log1p(weight)), strongest)
