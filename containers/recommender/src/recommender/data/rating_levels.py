"""Levels of ratings: which are low and which high, on any scale and for any user.

A user's level is the mean of the user's ratings, drawn toward everybody's while they are few: a
single low rating is low, and whoever gives the same to everything has no low ones in the end.
"""

from dataclasses import dataclass

import numpy as np

from recommender.arrays import Bools, Floats
from recommender.data.histories import UserHistories

#: Ratings of everybody's mean that a user's own are averaged with.
_SHRINKAGE = 5.0
#: Shares of the scale by which a liked rating may be below a user's level, and by which a low one
#: is at least: half a star of five, and two. With less, lists lost more of what users see than they
#: won of what users like (`benchmarks/tuning.py`).
_LIKED_MARGIN, _LOW_MARGIN = 1 / 8, 1 / 2
#: Places on the scale, from 0 to 1, of its middle and of the least high rating: four stars of five.
_MIDDLE, _HIGH = 0.5, 0.75
#: Rounding of places: 0.7 of a scale from 0 to 1 is no less than 0.7.
_ROUNDING = 1e-9


def places(values: Floats, scale: tuple[float, float]) -> Floats:
    """Place of each rating on the scale, from 0 to 1; 1 where all ratings are alike."""
    lowest, highest = scale
    width = highest - lowest
    return (values - lowest) / width if width > 0 else np.ones_like(values)


def are_high(values: Floats, scale: tuple[float, float]) -> Bools:
    """Tell which ratings are in the upper quarter of the scale: 4 of 5, 8 of 10, 1 of 1."""
    return np.asarray(places(values, scale) >= _HIGH - _ROUNDING)


@dataclass(frozen=True)
class RatingLevels:
    """Scale of the ratings, and everybody's mean.

    Attributes:
        scale: Lowest and highest rating of the data.
        mean: Mean of all ratings.
        is_implicit: True where nobody has rated: whatever a user has taken to is liked.
    """

    scale: tuple[float, float]
    mean: float
    is_implicit: bool = False

    def of_users(self, histories: UserHistories) -> Floats:
        """Level of each user, shape (rows,); everybody's mean for one without ratings."""
        sums = np.bincount(histories.row_of_rating, histories.values, len(histories))
        return (sums + _SHRINKAGE * self.mean) / (histories.counts + _SHRINKAGE)

    def liked(self, histories: UserHistories) -> Bools:
        """Tell which ratings speak well of their items: about the user's level, or high ones."""
        is_near = self._above_levels(histories) >= -_LIKED_MARGIN - _ROUNDING
        return is_near | are_high(histories.values, self.scale) | self.is_implicit

    def disliked(self, histories: UserHistories) -> Bools:
        """Tell which are low: clearly below the user's level, and below the scale's middle."""
        is_far = self._above_levels(histories) < -_LOW_MARGIN - _ROUNDING
        below = places(histories.values, self.scale) < _MIDDLE - _ROUNDING
        return np.asarray(is_far & below & (not self.is_implicit))

    def _above_levels(self, histories: UserHistories) -> Floats:
        """Distance of each rating from its user's level, as a share of the scale."""
        levels = self.of_users(histories)[histories.row_of_rating]
        return places(histories.values, self.scale) - places(levels, self.scale)
