"""Vocabulary: the terms of all fields as bytes and offsets, looked up by field and word."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.arrays import Indices, Integers

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Vocabulary:
    """Terms, field after field; a term's number is its place.

    Attributes:
        text: All terms in UTF-8, one behind the other.
        ends: Shape (terms,), where each ends in `text`.
        starts: Shape (fields + 1,): field f has the terms `starts[f]` to `starts[f + 1]`.
    """

    text: Bytes
    ends: Integers
    starts: Integers

    @classmethod
    def of(cls, terms: Sequence[Sequence[str]]) -> "Vocabulary":
        """A vocabulary of the terms of each field."""
        encoded = [term.encode() for some in terms for term in some]
        return cls(
            np.frombuffer(b"".join(encoded), np.uint8),
            np.cumsum([len(term) for term in encoded], dtype=np.int64),
            np.concatenate([[0], np.cumsum([len(some) for some in terms])]).astype(np.int64),
        )

    def __len__(self) -> int:
        return len(self.ends)

    def find(self, field: int, term: str) -> int | None:
        """The number of a term of a field; None where no item has it."""
        return self._places[field].get(term)

    def term(self, number: int) -> str:
        """A term by its number."""
        start = self.ends[number - 1] if number else 0
        return self.text[start : self.ends[number]].tobytes().decode()

    def fields_of(self, terms: Indices) -> Integers:
        """The field of each term, shape (terms,)."""
        return np.searchsorted(self.starts, terms, side="right") - 1

    @cached_property
    def terms(self) -> list[str]:
        """All terms by their numbers."""
        # made when a text is first asked for: an endpoint that only recommends never needs it
        blob, ends = self.text.tobytes(), self.ends.tolist()
        return [blob[start:end].decode() for start, end in zip([0, *ends[:-1]], ends, strict=True)]

    @cached_property
    def _places(self) -> list[dict[str, int]]:
        terms = self.terms
        bounds = zip(self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True)
        return [{terms[place]: place for place in range(*bound)} for bound in bounds]
