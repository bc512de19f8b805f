"""Regularization that fits the ratings: stronger where they are noisy, weaker where there are many.

A factor is worth learning where it stands out from noise. In the table of ratings, with each row
and column divided by the root of its number of ratings, noise has a spectral norm in proportion to
1 / sqrt(ratings of a user) + 1 / sqrt(ratings of an item), and regularization cuts what is below.
Source of the bound: Vershynin, "High-dimensional probability", 2018, section 4.4; of the weighted
norm that the regularization bounds: Salakhutdinov and Srebro, "Collaborative filtering in a
non-uniform world", NIPS 2010. The two constants are measured: `python -m benchmarks.sizes`.
"""

import numpy as np

from recommender.arrays import Indices32
from recommender.data.ratings import Ratings
from recommender.options import Options

#: Regularization of ratings that vary by one star, with one rating a user and an item; exponent of
#: the noise's norm. The exponent is small, as factors that stand out grow stronger with more data.
_STRENGTH, _POWER = 0.118, 0.25
#: Ratings that halve the bias of a user or an item.
_FEW = 3.0
#: Digits after the point: more would say nothing.
_DIGITS = 4


def chosen(options: Options, ratings: Ratings) -> float:
    """The regularization that the options state, or else the one that fits the ratings."""
    return fitting(ratings) if options.reg_all is None else options.reg_all


def fitting(ratings: Ratings) -> float:
    """Regularization of factors of these ratings, taken as if they went over five stars."""
    noise = usual_count(ratings.users) ** -0.5 + usual_count(ratings.items) ** -0.5
    return float(round(_STRENGTH * _variance(ratings) * noise**_POWER, _DIGITS))


def usual_count(places: Indices32) -> float:
    """Ratings of the user, or of the item, of a rating in the mean over all ratings."""
    return float(np.square(np.bincount(places).astype(np.float64)).sum() / len(places))


def star(ratings: Ratings) -> float:
    """Width of a star: a quarter of the scale, 1 where all ratings are the same."""
    return (ratings.scale[1] - ratings.scale[0]) / 4 or 1.0


def _variance(ratings: Ratings) -> float:
    """Variance, in stars, of what biases do not explain."""
    left = (ratings.values - ratings.values.mean()) / star(ratings)
    for places in (ratings.items, ratings.users):
        totals = np.bincount(places, left)
        biases = totals / (np.bincount(places) + _FEW)
        left -= biases[places]
    return float(np.square(left).mean())
