"""Index of texts by their words: whole, begun, or with a slip of the fingers."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: Sorts behind every letter.
HIGHEST_LETTER = "\U0010ffff"
#: Fewest letters of a word that is taken for the beginning of others.
_LETTERS_OF_BEGINNING = 2


def slips(text: str) -> int:
    """Number of slips that are forgiven in a text of this length."""
    if len(text) < 4:
        return 0
    return 1 if len(text) < 8 else 2


class WordIndex:
    """Numbers of texts by word."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        # lists: a set for each word would take many times the memory
        found: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(texts):
            for word in dict.fromkeys(words):
                found[word].append(number)
        self._texts = dict(found)
        self._words = sorted(found)

    def with_words(self, words: Sequence[str]) -> set[int]:
        """The texts that have all words."""
        return _in_all([set(self._texts.get(word, ())) for word in words])

    def with_beginnings(self, words: Sequence[str]) -> set[int]:
        """The texts that have, for each word, one that begins so."""
        return _in_all([self._of(self._begun(word)) for word in words])

    def with_slips(self, words: Sequence[str]) -> set[int]:
        """The texts that have, for each word, one that begins so or is nearly the same."""
        return _in_all([self._of([*self._begun(word), *self._alike(word)]) for word in words])

    def _of(self, words: Iterable[str]) -> set[int]:
        return set().union(*(self._texts[word] for word in words))

    def _begun(self, word: str) -> list[str]:
        if len(word) < _LETTERS_OF_BEGINNING:
            return [word] if word in self._texts else []
        first = bisect_left(self._words, word)
        return self._words[first : bisect_left(self._words, word + HIGHEST_LETTER)]

    def _alike(self, word: str) -> list[str]:
        forgiven = slips(word)
        if not forgiven:
            return []
        alike = process.extract(
            word, self._words, scorer=OSA.distance, score_cutoff=forgiven, limit=None
        )
        return [other for other, _, _ in alike]


def _in_all(found: list[set[int]]) -> set[int]:
    return set.intersection(*found) if found else set()
