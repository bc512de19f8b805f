"""Ratings of the moment: histories of users whom no training has seen."""

from typing import Any

import numpy as np

from recommender.arrays import UNKNOWN
from recommender.artifact.manifest import Manifest
from recommender.data import events
from recommender.data.histories import UserHistories
from recommender.data.ids import IdIndex
from recommender.serving.columns import RequestError


class MomentRatings:
    """Reader of ratings that come with a request.

    Args:
        manifest: Of the model, whose scale the ratings are on, or the strengths of events.
        items: Index of each item by its id.
    """

    def __init__(self, manifest: Manifest, items: IdIndex) -> None:
        self._scale = manifest.rating_scale
        self._value = self._strength if manifest.is_implicit else self._rating
        self._items = items

    def history(self, ratings: dict[str, Any]) -> UserHistories:
        """History of an unknown user from ratings by item id; unknown items are left out.

        Raises:
            RequestError: A value is no number on the scale of the data, or no weight of an event.
        """
        values = [self._value(*each) for each in ratings.items()]
        indices = self._items.places(list(ratings)).tolist()
        # two writings of one item's id, and two ids of one item, are one item
        known: dict[int, float] = {}
        for index, value in zip(indices, values, strict=True):
            known[index] = max(value, known.get(index, value))
        known.pop(UNKNOWN, None)
        items, strengths = list(known.keys()), list(known.values())
        return UserHistories.unknown_user(
            np.array(items, np.int32), np.array(strengths, np.float64)
        )

    def _rating(self, item_id: str, value: Any) -> float:
        low, high = self._scale
        if type(value) not in {int, float} or not low <= value <= high:
            raise RequestError(
                f"The rating of {item_id[:40]!r} must be a number from {low:g} to {high:g}."
            )
        return float(value)

    def _strength(self, item_id: str, value: Any) -> float:
        """The same beside a model of events, of which any number above zero is a weight."""
        if type(value) not in {int, float} or not value > 0:
            raise RequestError(
                f"The weight of {item_id[:40]!r} must be a number above 0, 1 for one event."
            )
        return events.strength(value, self._scale[1])
