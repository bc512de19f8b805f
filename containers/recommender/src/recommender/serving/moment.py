"""Ratings of the moment: histories of users whom no training has seen."""

from typing import Any

import numpy as np

from recommender.arrays import UNKNOWN
from recommender.data.histories import UserHistories
from recommender.data.ids import IdIndex
from recommender.serving.columns import RequestError


class MomentRatings:
    """Reader of ratings that come with a request.

    Args:
        scale: Lowest and highest rating.
        items: Index of each item by its id.
    """

    def __init__(self, scale: tuple[float, float], items: IdIndex) -> None:
        self._scale = scale
        self._items = items

    def history(self, ratings: dict[str, Any]) -> UserHistories:
        """History of an unknown user from ratings by item id; unknown items are left out.

        Raises:
            RequestError: A value is no number on the scale of the data.
        """
        self._check(ratings)
        indices = self._items.places(list(ratings)).tolist()
        # two writings of one item's id, and two ids of one item, are one item
        known: dict[int, float] = {}
        for index, value in zip(indices, ratings.values(), strict=True):
            known[index] = max(value, known.get(index, value))
        known.pop(UNKNOWN, None)
        items, values = list(known.keys()), list(known.values())
        return UserHistories.unknown_user(np.array(items, np.int32), np.array(values, np.float64))

    def _check(self, ratings: dict[str, Any]) -> None:
        low, high = self._scale
        for item_id, value in ratings.items():
            if type(value) not in {int, float} or not low <= value <= high:
                raise RequestError(
                    f"The rating of {item_id[:40]!r} must be a number from {low:g} to {high:g}."
                )
