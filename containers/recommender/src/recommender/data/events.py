"""Events in place of ratings: views, purchases, clicks, each with a weight.

The more often a user takes an item, the surer it is that they like it, but ten views are not ten
times one: weights of a pair are added up and count by their logarithm, as the confidence of Hu,
Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008, section 4
(equation 6). The heaviest hundredth counts alike, so that no single counter sets the scale.
"""

import numpy as np

from recommender.arrays import Bools, Floats

_HEAVIEST = 0.99


def totals(weights: Floats, is_last: Bools) -> Floats:
    """Sum of the weights of each pair.

    Args:
        weights: Shape (rows,), pair after pair.
        is_last: Shape (rows,), true for the last row of a pair.
    """
    last = np.flatnonzero(is_last)
    return np.add.reduceat(weights, np.concatenate([[0], last[:-1] + 1]))


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
