"""Content of items: for each field a sparse vector of terms, and the meaning of their texts.

Terms are weighted by their rarity (TF-IDF); the vector of each field has length 1, or 0 where an
item has no such feature. The meaning is a truncated singular value decomposition of the texts
(Deerwester et al., "Indexing by latent semantic analysis", JASIS 1990). NumPy only: `serve` runs
this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.arrays import (
    ArrayForm,
    ArrayLayout,
    Arrays,
    Floats,
    Indices32,
    Integers,
    Reals,
    Singles,
)
from recommender.content.vocabulary import Vocabulary
from recommender.content.words import phrases_of, words_of

#: Kinds of fields.
TEXT, LIST, NUMBER = "text", "list", "number"
#: Name of the last field, which the training makes of all texts together.
MEANING = "MEANING"

#: Weight of the meaning in a search by words, of that of the heaviest field. Measured on titles and
#: on half of the words of overviews of ml-latest-small: more would hide the films that have them.
_MEANING_IN_SEARCH = 0.1

#: Arrays of the artifact.
ARRAY_LAYOUT: ArrayLayout = {
    "content_fields": ArrayForm("U", ("fields",)),
    "content_kinds": ArrayForm("U", ("fields",)),
    "content_starts": ArrayForm("i", ("fields + 1",)),
    "content_field_weights": ArrayForm("f", ("fields + 1",)),
    "content_term_text": ArrayForm("u", ("bytes",)),
    "content_term_ends": ArrayForm("i", ("content terms",)),
    "content_idf": ArrayForm("f", ("content terms",)),
    "content_indptr": ArrayForm("i", ("catalogue + 1",)),
    "content_terms": ArrayForm("i", ("entries",)),
    "content_weights": ArrayForm("f", ("entries",)),
    "content_meaning_terms": ArrayForm("i", ("meaning terms",)),
    "content_projection": ArrayForm("f", ("meaning terms", "directions")),
    "content_meanings": ArrayForm("f", ("catalogue", "directions")),
}


@dataclass(frozen=True)
class ContentVector:
    """Content of one item, or of a text.

    Attributes:
        terms: Shape (n,), numbers of terms, ascending, so field after field.
        weights: Shape (n,), of each.
        meaning: Shape (directions,), of length 1 or 0.
    """

    terms: Indices32
    weights: Singles
    meaning: Singles

    @property
    def is_empty(self) -> bool:
        """True of an item without features, and of a text none of whose words is known."""
        return not len(self.terms)


@dataclass(frozen=True)
class Postings:
    """Items of each term: those of term t are `items[indptr[t]:indptr[t + 1]]`.

    Attributes:
        indptr: Shape (terms + 1,).
        items: Items, ascending within a term.
        weights: Of the term in each.
    """

    indptr: Integers
    items: Indices32
    weights: Singles


@dataclass(frozen=True)
class Content:
    """Content of all items of a catalogue, in its order.

    Attributes:
        fields: Shape (fields,), names of the columns.
        kinds: Shape (fields,), TEXT, LIST or NUMBER.
        field_weights: Shape (fields + 1,), of each field in a similarity, the meaning's last; they
            add up to 1.
        vocabulary: Terms of all fields.
        idf: Shape (terms,), rarity of each.
        indptr: Shape (items + 1,): item i has the terms `terms[indptr[i]:indptr[i + 1]]`.
        terms: Numbers of terms, ascending within an item.
        weights: Of the terms, half precision.
        meaning_terms: Shape (n,), ascending: terms that have a part in the meaning.
        projection: Shape (n, directions), half precision.
        meanings: Shape (items, directions), each of length 1 or 0, half precision.
    """

    fields: npt.NDArray[np.str_]
    kinds: npt.NDArray[np.str_]
    field_weights: Reals
    vocabulary: Vocabulary
    idf: Reals
    indptr: Integers
    terms: Indices32
    weights: Reals
    meaning_terms: Indices32
    projection: Reals
    meanings: Reals

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def field_names(self) -> list[str]:
        """Names of all fields, the meaning's last."""
        return [*self.fields.tolist(), MEANING]

    def vector(self, item: int) -> ContentVector:
        """The content of an item."""
        mine = slice(self.indptr[item], self.indptr[item + 1])
        return ContentVector(
            self.terms[mine],
            self.weights[mine].astype(np.float32),
            self.meanings[item].astype(np.float32),
        )

    def text_vector(self, text: str) -> ContentVector:
        """A text among the items: its words in every text, its phrases in every list of labels.

        A word weighs by its rarity within a field, so that a field that knows few of the words
        counts little. The vector is empty where no item has any of them.
        """
        found = np.array(sorted(set(self._terms_of(text))), np.int32)
        weights = self.idf[found].astype(np.float32)
        length = self._length_of(text)
        weights = np.asarray(weights / length if length else weights, np.float32)
        return ContentVector(found, weights, self._meaning_of(found, weights))

    @cached_property
    def text_weights(self) -> Floats:
        """Shape (fields + 1,): weights of the fields in a search by words; they add up to 1.

        The longer a field's vectors are, the less a word adds to a cosine: that is made good by the
        root of their mean length. Numbers have no words, and the meaning counts a little.
        """
        fields = self.vocabulary.fields_of(self.terms)
        rows = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        filled = np.unique(rows * len(self.fields) + fields) % len(self.fields)
        lengths, counts = (
            np.bincount(some, minlength=len(self.fields)) for some in (fields, filled)
        )
        weights = np.where(self.kinds == NUMBER, 0, np.sqrt(lengths / np.maximum(counts, 1)))
        weights = np.append(weights, _MEANING_IN_SEARCH * weights.max(initial=0))
        total = weights.sum()
        return np.asarray(weights / total if total else weights)

    @cached_property
    def postings(self) -> Postings:
        """The same entries by term."""
        order = np.argsort(self.terms, kind="stable")
        counts = np.bincount(self.terms, minlength=len(self.vocabulary))
        items = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.indptr))
        return Postings(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            items[order],
            self.weights[order].astype(np.float32),
        )

    @cached_property
    def single_meanings(self) -> Singles:
        """The meanings in single precision, in which they are multiplied."""
        return self.meanings.astype(np.float32)

    def arrays(self) -> Arrays:
        """Arrays for the artifact."""
        return {
            "content_fields": self.fields,
            "content_kinds": self.kinds,
            "content_starts": self.vocabulary.starts,
            "content_field_weights": self.field_weights,
            "content_term_text": self.vocabulary.text,
            "content_term_ends": self.vocabulary.ends,
            "content_idf": self.idf,
            "content_indptr": self.indptr,
            "content_terms": self.terms,
            "content_weights": self.weights,
            "content_meaning_terms": self.meaning_terms,
            "content_projection": self.projection,
            "content_meanings": self.meanings,
        }

    @classmethod
    def restore(cls, arrays: Arrays) -> "Content":
        """The content of an artifact."""
        words = (arrays[f"content_{name}"] for name in ("term_text", "term_ends", "starts"))
        names = ("idf", "indptr", "terms", "weights", "meaning_terms", "projection", "meanings")
        return cls(
            arrays["content_fields"],
            arrays["content_kinds"],
            arrays["content_field_weights"],
            Vocabulary(*words),
            *(arrays[f"content_{name}"] for name in names),
        )

    def _terms_of(self, text: str) -> Iterator[int]:
        words, phrases = words_of(text), list(phrases_of(text))
        for field, kind in enumerate(self.kinds.tolist()):
            wanted = {TEXT: words, LIST: phrases}.get(kind, [])
            found = (self.vocabulary.find(field, term) for term in wanted)
            yield from (place for place in found if place is not None)

    def _length_of(self, text: str) -> float:
        """Length of a text's vector if every word were as rare as can be."""
        rarest = float(self.idf.max()) if len(self.idf) else 1.0
        return rarest * float(np.sqrt(len(set(words_of(text)))))

    def _meaning_of(self, terms: Indices32, weights: Singles) -> Singles:
        meaning = np.zeros(self.projection.shape[1], np.float32)
        known = np.isin(terms, self.meaning_terms)
        rows = np.searchsorted(self.meaning_terms, terms[known])
        meaning += weights[known] @ self.projection[rows].astype(np.float32)
        length = np.linalg.norm(meaning)
        return meaning / length if length else meaning
