"""Ratings of a table in a model's terms: its users, its items, the pairs that it was trained on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.arrays import UNKNOWN, Bools, Indices
from recommender.artifact.artifact import Artifact
from recommender.data.ids import IdIndex
from recommender.data.ratings import Ratings


@dataclass(frozen=True)
class PlacedRatings:
    """Ratings beside a model.

    Attributes:
        artifact: The model.
        table: The ratings; users and items have indices of their own there.
    """

    artifact: Artifact
    table: Ratings

    @cached_property
    def users(self) -> Indices:
        """The model's index of each user of the table."""
        return IdIndex(self.artifact.user_ids.tolist()).places(self.table.user_ids.tolist())

    @cached_property
    def items(self) -> Indices:
        """The model's index of each item of the table, by any of its ids."""
        index = IdIndex(self.artifact.catalogue_ids, self.artifact.other_ids)
        return index.places(self.table.item_ids.tolist())

    @cached_property
    def trained_on(self) -> Bools:
        """Shape (ratings,): true for a pair that the model was trained on."""
        count = len(self.artifact.item_ids)
        users, items = self.users[self.table.users], self.items[self.table.items]
        histories = self.artifact.users
        trained = histories.row_of_rating * count + histories.items
        is_known = (users != UNKNOWN) & (items != UNKNOWN)
        known: Bools = is_known & np.isin(users * count + items, trained)
        return known
