"""Confidence intervals of means, and of differences between two models on the same users.

Users are drawn, not ratings: those of one user go together, and ten of them say less than ten
users. So each interval is one over users, of 95 %, by the normal distribution.
"""

from dataclasses import dataclass

import numpy as np

from recommender.arrays import Floats, Indices

#: Of the normal distribution, 95 % lie within so many standard deviations of the mean.
_DEVIATIONS = 1.96
#: With fewer users nothing is known of their spread.
_FEWEST = 2


@dataclass(frozen=True)
class Interval:
    """The ends of a confidence interval."""

    low: float
    high: float


def margin(values: Floats) -> float | None:
    """Half of the interval of a mean; None where there are too few values to tell."""
    if len(values) < _FEWEST:
        return None
    return float(_DEVIATIONS * np.std(values, ddof=1) / np.sqrt(len(values)))


def of_mean(differences: Floats) -> Interval | None:
    """The interval of a mean of paired differences, one for each user."""
    return _around(float(differences.mean()), margin(differences))


def of_rmse_difference(users: Indices, ours: Floats, theirs: Floats) -> Interval | None:
    """The interval of our RMSE minus theirs, on the same ratings.

    A mean over ratings is a ratio of two sums over users, and a root on top. The delta method takes
    the function as straight near the sums: the variance is that of each user's influence.

    Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics", KDD 2018:
    https://arxiv.org/abs/1803.06336

    Args:
        users: Shape (ratings,), whose each is.
        ours: Shape (ratings,), errors of our estimates.
        theirs: Shape (ratings,), errors of theirs.
    """
    _, places = np.unique(users, return_inverse=True)
    influences = _influences(places, ours) - _influences(places, theirs)
    difference = float(np.sqrt(np.mean(ours**2)) - np.sqrt(np.mean(theirs**2)))
    return _around(difference, margin(influences))


def _influences(places: Indices, errors: Floats) -> Floats:
    """Shape (users,): how far each user moves the RMSE, times the number of users."""
    counts, squares = np.bincount(places), np.bincount(places, errors**2)
    mean = squares.sum() / counts.sum()
    # a root has no slope at zero, where every error is zero: nobody moves it
    slope = 0.5 / np.sqrt(mean) if mean else 0.0
    return np.asarray(slope * (squares - mean * counts) / counts.mean())


def _around(centre: float, half: float | None) -> Interval | None:
    return None if half is None else Interval(centre - half, centre + half)
