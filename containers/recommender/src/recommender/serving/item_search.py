"""Items found by words: those of their titles, texts and labels, and what these mean."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from recommender.artifact.artifact import Artifact
from recommender.content.content import Content, ContentVector
from recommender.content.words import words_of
from recommender.errors import RecommenderError
from recommender.ranking.top_n import best
from recommender.serving.content_reasons import ContentReasons
from recommender.serving.content_search import ContentSearch
from recommender.serving.query_words import QueryWords

#: Weight of another form of a word beside the word itself.
_OTHER_FORM = 0.5
_NO_CONTENT = (
    "The model knows no words of its items: train it where the view ITEM_FEATURES has texts of"
    " them, TITLE and OVERVIEW for example."
)
_NO_WORDS = (
    "No item has any of these words: say it in other words, or in the language of the texts."
)


class NoContentError(RecommenderError):
    """A model without content is asked for words."""


class ItemSearch:
    """Search in one model's content, over rated items and those nobody has rated."""

    def __init__(self, artifact: Artifact) -> None:
        self._ids = artifact.catalogue_ids
        self._rated = artifact.rated_items
        self._texts = _Texts.of(artifact.content) if artifact.content else None

    def answer(self, text: str, count: int) -> dict[str, Any]:
        """Items with words of the text, best first, and a warning where they are fewer than asked.

        Raises:
            NoContentError: The model has no content.
        """
        if self._texts is None:
            raise NoContentError(_NO_CONTENT)
        vector = self._texts.vector(text)
        if vector.is_empty:
            return {"items": [], "warning": _NO_WORDS}
        weights = self._texts.search.text_weights
        likeness = self._texts.search.cosines(vector, weights)
        items = best(likeness[np.newaxis].astype(np.float64), count)[0]
        items = items[likeness[items] > 0]
        reasons = self._texts.reasons.of(vector, items, weights)
        found = [
            {
                "item_id": self._ids[item],
                "rank": rank,
                "similarity": likeness[item],
                "rated": item < self._rated,
                "reason": reason,
            }
            for rank, (item, reason) in enumerate(zip(items.tolist(), reasons, strict=True), 1)
        ]
        if len(found) == count:
            return {"items": found}
        return {
            "items": found,
            "warning": f"Only {len(found)} of {count}: no other item has any of these words.",
        }


@dataclass(frozen=True)
class _Texts:
    """Parts of a search in one model's content."""

    search: ContentSearch
    reasons: ContentReasons
    words: QueryWords

    @classmethod
    def of(cls, content: Content) -> "_Texts":
        search = ContentSearch(content)
        return cls(search, ContentReasons(content, search), QueryWords(content))

    def vector(self, text: str) -> ContentVector:
        """The text's words, and with less weight their other forms."""
        own, others = self.search.of_text(text), self.words.others(text)
        if not others:
            return own
        more = self.search.of_text(" ".join(others))
        # each of the others weighs as if it stood in the text
        share = _OTHER_FORM * np.sqrt(len(others) / max(1, len(set(words_of(text)))))
        new = ~np.isin(more.terms, own.terms)
        terms = np.concatenate([own.terms, more.terms[new]])
        weights = np.concatenate([own.weights, share * more.weights[new]])
        order = np.argsort(terms)
        meaning = own.meaning + _OTHER_FORM * more.meaning
        length = np.linalg.norm(meaning)
        return ContentVector(
            terms[order],
            weights[order].astype(np.float32),
            np.asarray(meaning / length if length else meaning, np.float32),
        )
