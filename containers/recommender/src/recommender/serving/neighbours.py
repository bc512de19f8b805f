"""Neighbours of items: by what viewers have rated together, and by content.

An item that nobody has rated has neighbours by its content, and is one. Rated items are alike by
the cosine of who has rated them and, where the ranking model has weights between items, by its
word: the geometric mean of the two. Both are divided by how often the items are rated, so that the
most popular ones are not neighbours of everything.
"""

from typing import Any

import numpy as np

from recommender.arrays import Bools, Floats, Indices, Integers
from recommender.artifact.artifact import Artifact
from recommender.content.content import ContentVector
from recommender.data.shared_viewers import SharedViewers
from recommender.ranking.top_n import best
from recommender.serving.content_reasons import ContentReasons
from recommender.serving.content_search import ContentSearch

#: Weight of likenesses with the model's word, and of cosines alone, beside the cosine of content.
#: Measured on collections of films (`python -m benchmarks.words`).
_BY_MODEL, _BY_VIEWERS = 1.5, 0.25
#: Viewers that an item has beside its own in a cosine: one that two share proves little.
_SHRINKAGE = 5.0

Entry = dict[str, Any]


class Neighbours:
    """Neighbours of one model's items."""

    def __init__(self, artifact: Artifact) -> None:
        self._ids = artifact.catalogue_ids
        self._ranker = artifact.ranker
        self._viewers = SharedViewers(artifact.users, artifact.rated_items)
        self._search = ContentSearch(artifact.content) if artifact.content else None
        self._explained = (
            ContentReasons(artifact.content, self._search)
            if artifact.content and self._search
            else None
        )

    def answer(self, item: int, count: int) -> dict[str, Any]:
        """The item's own id, its neighbours, and a warning where they are fewer than asked for."""
        found = self.of(item, count)
        answer = {"similar_items": found, "item_id": self._ids[item]}
        if len(found) == count:
            return answer
        return answer | {"warning": f"Only {len(found)} of {count}: no other item is like it."}

    def of(self, item: int, count: int) -> list[Entry]:
        """The items that are most like it, with the reason of each; equal ones by item.

        A reason is `shared_viewers`, with their number, or `content`, with the field that is most
        alike and up to three words or labels of it.
        """
        shared = self._viewers.counts(item)
        by_viewers = self._by_viewers(item, shared)
        likeness = by_viewers.copy()
        vector = self._search.of_item(item) if self._search else None
        if self._search and vector:
            likeness += self._search.cosines(vector)
        likeness[item] = -np.inf
        items = best(likeness[np.newaxis], count)[0]
        items = items[likeness[items] > 0]
        from_viewers = by_viewers[items] * 2 >= likeness[items]
        reasons = self._reasons(items, shared, from_viewers, vector)
        values = likeness[items].astype(np.float32)
        return [
            {"item_id": self._ids[each], "rank": rank, "similarity": value, "reason": reason}
            for rank, (each, value, reason) in enumerate(
                zip(items.tolist(), values, reasons, strict=True), 1
            )
        ]

    def _by_viewers(self, item: int, shared: Integers) -> Floats:
        """Likeness by ratings to each item of the catalogue, 0 for those nobody has rated."""
        found = np.zeros(len(self._ids))
        if item >= len(shared):
            return found
        viewers = self._viewers.totals + _SHRINKAGE
        cosines = shared / np.sqrt(viewers * viewers[item])
        by_model = self._ranker.likeness(item)
        found[: len(shared)] = (
            _BY_VIEWERS * cosines if by_model is None else _BY_MODEL * np.sqrt(by_model * cosines)
        )
        return found

    def _reasons(
        self, items: Indices, shared: Integers, from_viewers: Bools, vector: ContentVector | None
    ) -> list[Entry]:
        by_content = iter(
            self._explained.of(vector, items[~from_viewers]) if self._explained and vector else ()
        )
        return [
            {"kind": "shared_viewers", "viewers": int(shared[item])}
            if is_from_viewers
            else next(by_content)
            for item, is_from_viewers in zip(items.tolist(), from_viewers.tolist(), strict=True)
        ]
