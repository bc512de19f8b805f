"""Reasons of likenesses by content: the field that is most alike, and what both have in it."""

from typing import Any

import numpy as np

from recommender.arrays import Floats, Indices
from recommender.content.content import NUMBER, Content, ContentVector
from recommender.serving.content_search import ContentSearch

#: Most words or labels that a reason names, and characters of one.
_NAMED, _LENGTH = 3, 40

Reason = dict[str, Any]


class ContentReasons:
    """Reasons within one model's content."""

    def __init__(self, content: Content, search: ContentSearch) -> None:
        self._content = content
        self._search = search
        self._kinds = dict(zip(content.fields.tolist(), content.kinds.tolist(), strict=True))
        self._places = {name: place for place, name in enumerate(content.fields.tolist())}

    def of(
        self, vector: ContentVector, items: Indices, weights: Floats | None = None
    ) -> list[Reason]:
        """A reason for each of the items: `content`, a field, and terms that both have in it.

        The meaning of the texts, and numbers, have no terms.

        Args:
            vector: Of an item or a text.
            items: Numbers of items, in the order of the content.
            weights: Of the fields, as `ContentSearch.cosines` has them.
        """
        if not len(items):
            return []
        fields = self._search.strongest_fields(vector, items, weights)
        return [self._of(vector, *pair) for pair in zip(items.tolist(), fields, strict=True)]

    def _of(self, vector: ContentVector, item: int, field: str) -> Reason:
        reason: Reason = {"kind": "content", "field": field}
        if self._kinds.get(field, NUMBER) == NUMBER:
            return reason
        return reason | {"terms": self._shared(vector, item, self._places[field])}

    def _shared(self, vector: ContentVector, item: int, field: int) -> list[str]:
        """Terms that both have in a field, those first that add most."""
        other, starts = self._content.vector(item), self._content.vocabulary.starts
        shared, mine, theirs = np.intersect1d(
            vector.terms, other.terms, assume_unique=True, return_indices=True
        )
        added = vector.weights[mine] * other.weights[theirs]
        added[(shared < starts[field]) | (shared >= starts[field + 1])] = 0
        best = np.argsort(-added, kind="stable")[:_NAMED]
        found = shared[best[added[best] > 0]].tolist()
        return [self._content.vocabulary.term(number)[:_LENGTH] for number in found]
