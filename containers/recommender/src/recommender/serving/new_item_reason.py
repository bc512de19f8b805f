"""Reason of a recommended item that nobody has rated: the film, and the field, that it is like."""

import numpy as np

from recommender.arrays import Floats, Indices32
from recommender.artifact.artifact import Artifact
from recommender.ranking.reasons import Reason
from recommender.serving.content_search import ContentSearch


class NewItemReasons:
    """Reasons of one model's new items."""

    def __init__(self, artifact: Artifact) -> None:
        self._rated = artifact.rated_items
        self._search = None if artifact.content is None else ContentSearch(artifact.content)
        self._names = [] if artifact.content is None else artifact.content.field_names

    def named(self, item: int, reason: Reason, history: Indices32, added: Floats) -> Reason:
        """The reason with the field of the largest term, where the item is new.

        A term is what a rating adds to the score, times the part of a field in the cosine of the
        two items.

        Args:
            item: Recommended.
            reason: Of any item, as `explain` gives it.
            history: Items that the user has rated.
            added: Shape (ratings,), what each adds to the item's score.
        """
        if self._search is None or item < self._rated or "items" not in reason:
            return reason
        parts = self._search.terms(self._search.of_item(item), history)
        terms = np.maximum(added, 0)[:, np.newaxis] * parts
        rating, field = np.unravel_index(int(terms.argmax()), terms.shape)
        if not terms[rating, field] > 0:
            return reason
        share = added[rating] / np.maximum(added, 0).sum()
        return {
            "kind": reason["kind"],
            "items": [int(history[rating])],
            "share": round(float(share), 4),
            "field": self._names[field],
        }
