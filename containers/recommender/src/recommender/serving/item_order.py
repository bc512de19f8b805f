"""Given items in the order of a model, for somebody with ratings of the moment."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from recommender.arrays import UNKNOWN, Floats, Indices
from recommender.data.features import NO_ANSWERS
from recommender.data.histories import UserHistories
from recommender.data.ids import IdIndex
from recommender.rating.factors import FactorModel
from recommender.rating.fold_in import fold_in
from recommender.serving.shortlist import Shortlister


class ItemOrder:
    """Orders of one model.

    Args:
        shortlister: Scores and explains.
        model: Estimates ratings.
        indices: Index of each item by its id.
    """

    def __init__(self, shortlister: Shortlister, model: FactorModel, indices: IdIndex) -> None:
        self._shortlister = shortlister
        self._model = model
        self._indices = indices

    def of(self, user: UserHistories, item_ids: Sequence[str]) -> dict[str, Any]:
        """The items under the ids that were given, best first, and those that are unknown.

        Args:
            user: The only user; rated items are ranked, too, and marked.
            item_ids: An id that is given again counts once.
        """
        given = np.array(list(dict.fromkeys(item_ids)), dtype=object)
        places = self._indices.places(given.tolist())
        known = np.flatnonzero(places != UNKNOWN)
        scores = self._shortlister.scores(user, NO_ANSWERS)
        order = known[_order(scores[0], places[known])]
        folded = fold_in(self._model, user)
        ranked = self._shortlister.described(
            user, places[order], scores[0], NO_ANSWERS, folded=folded
        )
        rated = np.isin(places[order], user.items).tolist()
        for entry, item_id, is_rated in zip(ranked, given[order].tolist(), rated, strict=True):
            entry |= {"item_id": item_id, "rated": is_rated}
        unknown = given[places == UNKNOWN].tolist()
        return {"items": ranked} | ({"unknown_items": unknown} if unknown else {})


def _order(scores: Floats, items: Indices) -> Indices:
    """Places of the items, the highest score first, equal scores by item, then as given."""
    return np.lexsort((items, -scores[items]))
