"""Weights of ratings by their places on the scale: a liked item counts more.

While a model is fitted all ratings count, because who rated what says which items go together. In
a user's scores a low rating speaks for nothing.
"""

import numpy as np

from recommender.arrays import Floats
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import RatingLevels, places

#: Weight of the lowest rating beside the highest, and exponents while fitting and in scores;
#: measured on the training part of MovieLens 100K alone (`benchmarks/tuning.py`).
LOWEST, FIT_POWER, SCORE_POWER = 0.2, 0.75, 0.5


def in_fit(values: Floats, levels: RatingLevels) -> Floats:
    """Weight of each rating of a training, from 0 to 1."""
    return _weights(values, levels, FIT_POWER)


def in_scores(histories: UserHistories, levels: RatingLevels) -> Floats:
    """Weight of each rating in its user's scores, from 0 to 1; 0 for a low one."""
    weights = _weights(histories.values, levels, SCORE_POWER)
    return np.where(levels.disliked(histories), 0.0, weights)


def of_strengths(values: Floats, highest: float) -> Floats:
    """Weight of strengths, which begin at zero wherever the weakest of the data is.

    Args:
        values: Shape (pairs,), strengths or ratings.
        highest: Of the data.
    """
    return np.sqrt(np.clip(values / highest, 0.01, 1)) if highest > 0 else np.ones_like(values)


def _weights(values: Floats, levels: RatingLevels, power: float) -> Floats:
    if levels.is_implicit:
        return of_strengths(values, levels.scale[1])
    return np.asarray((LOWEST + (1 - LOWEST) * places(values, levels.scale)) ** power)
