"""Ratings as the algorithms see them: dense, sorted, validated arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.arrays import Bools, Floats, Indices32, Integers
from recommender.errors import RecommenderError


class RatingsError(RecommenderError):
    """The ratings cannot be trained on; the message says what to change."""


@dataclass(frozen=True)
class Ratings:
    """One rating per pair of user and item, sorted by user, then item.

    The order is a property of the data, not of the query that read them, so that the same table and
    seed always give the same model.

    Attributes:
        user_ids: Shape (users,), sorted text; a user's index is that of its id here.
        item_ids: Shape (items,), sorted text.
        users: Shape (ratings,), numbers of users.
        items: Shape (ratings,), numbers of items.
        values: Shape (ratings,), on the data's own scale; of events, how strongly they weigh.
        times: Shape (ratings,), time of each; not a time where it is not known.
        scale: Lowest and highest rating of the data.
        duplicates: Rows that were dropped because their pair has a newer or a higher rating.
        other_ids: The id of an item by each other id of it.
        joined: Rows that name an item by another of its ids.
        untimed: Rows whose time is none that can be read.
        is_implicit: True where nobody has rated: users have seen, bought, played.
    """

    user_ids: npt.NDArray[np.str_]
    item_ids: npt.NDArray[np.str_]
    users: Indices32
    items: Indices32
    values: Floats
    times: npt.NDArray[np.datetime64]
    scale: tuple[float, float]
    duplicates: int = 0
    other_ids: Mapping[str, str] = field(default_factory=dict)
    joined: int = 0
    untimed: int = 0
    is_implicit: bool = False

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def rated_indptr(self) -> Integers:
        """Shape (users + 1,): user u's items are `items[rated_indptr[u]:rated_indptr[u + 1]]`."""
        return np.concatenate(
            [[0], np.cumsum(np.bincount(self.users, minlength=len(self.user_ids)))]
        ).astype(np.int64)

    def select(self, rows: Bools) -> "Ratings":
        """The ratings at `rows`; users, items and scale stay those of the whole."""
        return replace(
            self,
            users=self.users[rows],
            items=self.items[rows],
            values=self.values[rows],
            times=self.times[rows],
        )

    def by_themselves(self) -> "Ratings":
        """The same ratings as a table of them alone gives: whoever has none of them is left out."""
        user_ids, users = _of_use(self.user_ids, self.users)
        item_ids, items = _of_use(self.item_ids, self.items)
        scale = (float(self.values.min()), float(self.values.max()))
        return replace(
            self, user_ids=user_ids, users=users, item_ids=item_ids, items=items, scale=scale
        )


def _of_use(ids: npt.NDArray[np.str_], places: Indices32) -> tuple[npt.NDArray[np.str_], Indices32]:
    """The ids that have a rating, and each rating's place among them."""
    is_used = np.bincount(places, minlength=len(ids)) > 0
    return ids[is_used], (np.cumsum(is_used) - 1).astype(np.int32)[places]
