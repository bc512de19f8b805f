"""The rating model of a table without ratings: there is nothing to estimate.

Its place is taken by the mean alone, without biases and factors, so that whatever holds both models
of a training holds one here, too; nobody is shown a number of it.
"""

import numpy as np

from recommender.data.ratings import Ratings
from recommender.rating.factors import FactorModel

#: Name in the manifest; no option: the table decides.
NAME = "none"
#: Whoever asks for an estimate all the same reads this.
SENTENCE = (
    "The model was trained on a table without ratings and estimates none: ask it for lists, or"
    " train it on a table with a column RATING."
)


def fit(ratings: Ratings) -> FactorModel:
    """The mean, without biases and factors."""
    users, items = len(ratings.user_ids), len(ratings.item_ids)
    return FactorModel.of(
        float(ratings.values.mean()),
        ratings.scale,
        biases=(np.zeros(users), np.zeros(items)),
        factors=(np.zeros((users, 0)), np.zeros((items, 0))),
    )
