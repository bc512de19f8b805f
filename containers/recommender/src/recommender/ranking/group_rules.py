"""Scores of items for several users at once, out of each one's scores and estimates.

Rules: Masthoff, "Group recommender systems: aggregation, satisfaction and group attributes", in the
Recommender Systems Handbook, 2015. Scores are brought to one height first: those of a user with
many ratings are sums of many terms, and would decide alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Bools, Floats
from recommender.data.rating_levels import places

#: Items whose mean score is the height of a user's scores.
_HIGHEST = 10
#: Weight of the least happy member's mood, which goes from -1 to 1. Measured on pairs of MovieLens
#: 100K (`python -m benchmarks.groups`): more takes from the films that both like.
_PULL = 2.4


@dataclass(frozen=True)
class GroupScores:
    """Scores and estimates of the items that may be listed.

    Attributes:
        scores: Shape (members, items), from 0 to about 1, as `even` makes them.
        moods: Shape (members, items), estimates less the member's mean estimate, as a share of the
            width of the scale.
    """

    scores: Floats
    moods: Floats


def moods(estimates: Floats, scale: tuple[float, float]) -> Floats:
    """Moods of `GroupScores`; all alike where the scale has one rating only.

    Args:
        estimates: Shape (members, items).
        scale: Lowest and highest rating.
    """
    found = places(estimates, scale)
    return np.asarray(found - found.mean(axis=1, keepdims=True))


def even(scores: Floats, allowed: Bools) -> Floats:
    """The scores of each member from 0, the lowest, to 1, the mean of the ten highest.

    Args:
        scores: Shape (members, items).
        allowed: Shape (items,); the others have no part in the heights.
    """
    if not allowed.any():
        return np.zeros_like(scores)
    counted = scores[:, allowed]
    lowest = counted.min(axis=1, keepdims=True)
    highest = -np.partition(-counted, min(_HIGHEST, counted.shape[1]) - 1, axis=1)[:, :_HIGHEST]
    width = highest.mean(axis=1, keepdims=True) - lowest
    found = np.zeros_like(scores)
    np.divide(scores - lowest, width, out=found, where=width > 0)
    return found


def average(group: GroupScores) -> Floats:
    """The mean of the members' scores."""
    return np.asarray(group.scores.mean(axis=0))


def least_misery(group: GroupScores) -> Floats:
    """The mean score, raised or lowered by the mood of the member who would like it least."""
    return np.asarray(average(group) * np.exp(_PULL * group.moods.min(axis=0)))


def without_misery(group: GroupScores) -> Floats:
    """The mean score, minus infinity for what a member would rate below the own mean."""
    return np.where((group.moods < 0).any(axis=0), -np.inf, average(group))


#: By the name that a request has for it; the first one is the default.
RULES: dict[str, Callable[[GroupScores], Floats]] = {
    "least_misery": least_misery,
    "average": average,
    "without_misery": without_misery,
}
