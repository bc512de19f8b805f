"""Other words for those of a search: their other forms, and what a misspelled one may mean."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from recommender.content.content import NUMBER, Content
from recommender.content.words import words_of

#: Endings of English words, the longest first: what is left of a word without them is its stem.
_ENDINGS = ("ings", "ing", "ied", "ies", "ers", "ed", "er", "es", "ly", "s", "y", "e")
#: Letters of a stem, and of a word that may be misspelled, at least.
_STEM, _SPELLED = 3, 5
#: Letters of a word whose other forms are looked for: `the` is none of `they`.
_INFLECTED = 4
#: Most other forms of a word, and most words of a text that are looked at.
_FORMS, _WORDS = 8, 50


class QueryWords:
    """Words of one model's content."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def others(self, text: str) -> list[str]:
        """Known words that share a stem with a word of the text, or are an edit away from one."""
        words = list(dict.fromkeys(words_of(text)))[:_WORDS]
        found = (other for word in words for other in self._others(word))
        return [other for other in dict.fromkeys(found) if other not in words]

    def _others(self, word: str) -> Sequence[str]:
        forms = self._by_stem.get(stem(word), []) if len(word) >= _INFLECTED else []
        if forms or len(word) < _SPELLED:
            return forms[:_FORMS]
        lengths = range(len(word) - 1, len(word) + 2)
        near = (other for length in lengths for other in self._by_start[word[0], length])
        return [other for other in near if is_an_edit_away(word, other)][:_FORMS]

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            found[stem(word)].append(word)
        return found

    @cached_property
    def _by_start(self) -> dict[tuple[str, int], list[str]]:
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._words:
            found[word[0], len(word)].append(word)
        return found

    @cached_property
    def _words(self) -> list[str]:
        """Every single word of the content, the most frequent first."""
        terms, idf = self._content.vocabulary.terms, self._content.idf.tolist()
        starts, kinds = self._content.vocabulary.starts.tolist(), self._content.kinds.tolist()
        rarity: dict[str, float] = {}
        for kind, first, last in zip(kinds, starts[:-1], starts[1:], strict=True):
            for place in range(first, last) if kind != NUMBER else ():
                word = terms[place]
                if word and " " not in word:
                    rarity[word] = min(idf[place], rarity.get(word, idf[place]))
        return sorted(rarity, key=lambda word: (rarity[word], word))


def stem(word: str) -> str:
    """The word without its endings; of a script without such endings the word."""
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= _STEM), None)
    if ending is None:
        return word[:-1] if len(word) > _STEM and word[-1] == word[-2] else word
    return stem(word.removesuffix(ending))


def is_an_edit_away(one: str, other: str) -> bool:
    """True where a letter more, less or other, or two that change places, make one the other."""
    if len(one) > len(other):
        one, other = other, one
    same = _shared_start(one, other)
    if len(one) < len(other):
        return one[same:] == other[same + 1 :]
    swapped = other[same : same + 2] == one[same : same + 2][::-1]
    return one[same + 1 :] == other[same + 1 :] or (
        swapped and one[same + 2 :] == other[same + 2 :]
    )


def _shared_start(one: str, other: str) -> int:
    pairs: Iterator[tuple[str, str]] = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
