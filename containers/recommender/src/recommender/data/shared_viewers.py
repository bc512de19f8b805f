"""Viewers that items share: how many users have rated both."""

from functools import cached_property

import numpy as np

from recommender.arrays import Indices32, Integers
from recommender.data.histories import UserHistories


class SharedViewers:
    """Counts of who has rated what together.

    Args:
        users: All users with their histories, row by row.
        items: Number of items.
    """

    def __init__(self, users: UserHistories, items: int) -> None:
        self._users = users
        self._items = items

    def counts(self, item: int) -> Integers:
        """Users who have rated the item and each other one, shape (items,).

        Zeros for an index beyond the items, that of one that nobody has rated.
        """
        if item >= self._items:
            return np.zeros(self._items, np.int64)
        indptr, viewers = self._by_item
        mine = viewers[indptr[item] : indptr[item + 1]]
        starts, ends = self._users.indptr[mine].tolist(), self._users.indptr[mine + 1].tolist()
        rated = [self._users.items[a:b] for a, b in zip(starts, ends, strict=True)]
        together = np.concatenate(rated) if rated else np.empty(0, np.int32)
        return np.bincount(together, minlength=self._items)

    @cached_property
    def totals(self) -> Integers:
        """Users who have rated each item, shape (items,)."""
        return np.bincount(self._users.items, minlength=self._items)

    @cached_property
    def _by_item(self) -> tuple[Integers, Indices32]:
        """The users of each item in compressed rows; made when first asked for."""
        return self._users.by_item(self._items)
