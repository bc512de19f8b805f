"""Search by content: likeness of an item or a text to every item, and the field that weighs most.

Items are numbered as in the artifact's `catalogue_ids`: those with ratings first, as in its
`item_ids`, then those nobody has rated.
"""

import numpy as np

from recommender.arrays import Floats, Indices, Singles
from recommender.content.content import Content, ContentVector


class ContentSearch:
    """Likenesses within one model's content."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def of_item(self, item: int) -> ContentVector:
        """The content of an item; empty where its features say nothing."""
        return self._content.vector(item)

    def of_text(self, text: str) -> ContentVector:
        """A text among the items; empty where none of its words is known: say so to whoever asks.

        Texts of any length and script are taken; of a long one the beginning counts.
        """
        return self._content.text_vector(text)

    @property
    def text_weights(self) -> Floats:
        """Shape (fields + 1,): give these to `cosines` for the vector of a text."""
        return self._content.text_weights

    def cosines(self, vector: ContentVector, weights: Floats | None = None) -> Singles:
        """Cosine of a vector with each item's, shape (items,), about 0 to 1.

        A field that an item lacks counts as unlike. Equal vectors of all fields have the cosine 1.

        Args:
            vector: Of an item or a text.
            weights: Shape (fields + 1,), of each field; those of the training where it is None.
        """
        content = self._content
        weights = self._weights(weights)
        found = content.single_meanings @ (np.float32(weights[-1]) * vector.meaning)
        fields = content.vocabulary.fields_of(vector.terms)
        scaled = (vector.weights * weights[fields]).astype(np.float32)
        postings = content.postings
        starts, ends = postings.indptr[vector.terms], postings.indptr[vector.terms + 1]
        for start, end, weight in zip(starts.tolist(), ends.tolist(), scaled, strict=True):
            # an item has a term once: no place is added to twice at a time
            found[postings.items[start:end]] += weight * postings.weights[start:end]
        return found

    def _weights(self, given: Floats | None) -> Floats:
        return np.asarray(self._content.field_weights if given is None else given, np.float64)

    def terms(
        self, vector: ContentVector, items: Indices, weights: Floats | None = None
    ) -> Singles:
        """Part of each field in the cosines with some items, shape (items, fields + 1)."""
        content = self._content
        weights = self._weights(weights)
        mine = np.zeros(len(content.vocabulary), np.float32)
        mine[vector.terms] = vector.weights
        parts = np.zeros((len(items), len(weights)), np.float32)
        for row, item in enumerate(items.tolist()):
            other = content.vector(item)
            fields = content.vocabulary.fields_of(other.terms)
            products = mine[other.terms] * other.weights
            parts[row] = np.bincount(fields, products, minlength=len(weights))
            parts[row, -1] = other.meaning @ vector.meaning
        return np.asarray(parts * weights, np.float32)

    def strongest_fields(
        self, vector: ContentVector, items: Indices, weights: Floats | None = None
    ) -> list[str]:
        """Name of the field with the largest part in the cosine with each of some items.

        `MEANING` is the meaning of all texts together.
        """
        names = self._content.field_names
        return [names[best] for best in self.terms(vector, items, weights).argmax(axis=1)]
