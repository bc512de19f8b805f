"""Search by what people type: titles, parts of them, names, years, with slips forgiven."""

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import IntEnum, auto
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from webapp.films import titles
from webapp.films.catalogue import Catalogue, Film
from webapp.films.catalogue_index import made_once
from webapp.films.word_index import HIGHEST_LETTER, WordIndex, slips

#: Words that people leave out or add.
_SMALL = titles.ARTICLES | {
    "of", "in", "on", "at", "to", "over", "from", "by", "with", "for", "du", "des", "von", "di",
    "del", "de",
}  # fmt: skip
_LETTERS_OF_SHORT_WORD = 3
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_YEAR = re.compile(r"[(\[]?\b(18[7-9]\d|19\d\d|20\d\d|21\d\d)\b[)\]]?\s*$")
#: What the whole title counts for more than a first part, as a factor on the number of ratings.
_WHOLE = math.log(2)
#: What a film of another year than the one typed comes behind.
_OTHER_YEAR = 10.0


class Likeness(IntEnum):
    """Kinds of likeness of a text and a film, the best first; the last two are guesses."""

    EQUAL = auto()
    BEGINS = auto()
    HOLDS = auto()
    WORDS = auto()
    BEGUN = auto()
    BEGINNINGS = auto()
    SLIP = auto()
    SLIPS = auto()


#: A kind of likeness, the number of the film, and what it counts for more or less within the kind.
_Found = tuple[Likeness, int, float]
#: A film's place among those found: kind of likeness, and how well known it is, negated.
_Rank = tuple[float, float]


class _Name(NamedTuple):
    film: int
    words: str
    is_whole: bool


class TitleSearch:
    """The films of a catalogue by what people type to find them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._films = catalogue.films
        self._names: dict[str, list[_Name]] = defaultdict(list)
        self._phrases: list[tuple[str, ...]] = []
        words: list[list[str]] = []
        for number, film in enumerate(self._films):
            for name in _names(number, film):
                self._names[name.words.replace(" ", "")].append(name)
            self._phrases.append(_phrases(film))
            words.append(_all_words(film, self._phrases[-1]))
        self._keys = sorted(self._names)
        self._words = WordIndex(words)

    def found(self, text: str) -> list[Film]:
        """The films that a text may mean, the likeliest first; none for a text without words.

        A year behind the title is the film's, unless it belongs to the title.
        """
        ranks = self._ranks(text)
        year = _YEAR.search(text)
        if year and titles.plain(text[: year.start()]):
            for number, rank in self._ranks(text[: year.start()]).items():
                dated = _dated(rank, self._films[number], int(year[1]))
                ranks[number] = min(dated, ranks.get(number, dated))
        return [self._films[number] for number in sorted(ranks, key=lambda one: (ranks[one], one))]

    def _ranks(self, text: str) -> dict[int, _Rank]:
        """The rank of each film found, by its number."""
        ranks: dict[int, _Rank] = {}
        for kind, number, bonus in self._likenesses(text):
            rank = (float(kind), -bonus - math.log1p(self._films[number].rating_count))
            ranks[number] = min(rank, ranks.get(number, rank))
        return ranks

    def _likenesses(self, text: str) -> Iterator[_Found]:
        words = titles.without_article(titles.words(text))
        if not words:
            yield from self._signs(text)
            return
        certain = [*self._certain(words)]
        yield from certain
        if not certain:
            yield from self._guesses(titles.without_article(titles.plain(text).split()))

    def _certain(self, words: Sequence[str]) -> Iterator[_Found]:
        phrase, key = " ".join(words), "".join(words)
        for name in self._names.get(key, ()):
            yield Likeness.EQUAL, name.film, _WHOLE if name.is_whole else 0.0
        telling = _telling(words)
        for number in self._words.with_words(telling):
            yield _kind(phrase, telling, self._phrases[number]), number, 0.0
        for begun in self._begun(key):
            for name in self._names[begun]:
                yield Likeness.BEGUN, name.film, 0.0
        for number in self._words.with_beginnings(telling):
            yield Likeness.BEGINNINGS, number, 0.0

    def _guesses(self, words: Sequence[str]) -> Iterator[_Found]:
        guesses = [*self._nearly(words)]
        yield from guesses
        # a slip in an article leaves a short word that is none
        long = [word for word in words if len(word) > _LETTERS_OF_SHORT_WORD]
        if not guesses and long and len(long) < len(words):
            yield from self._likenesses(" ".join(long))

    def _nearly(self, words: Sequence[str]) -> Iterator[_Found]:
        key = "".join(words)
        forgiven = slips(key)
        if forgiven:
            alike = process.extract(
                key, self._keys, scorer=OSA.distance, score_cutoff=forgiven, limit=None
            )
            for other, distance, _ in alike:
                for name in self._names[other]:
                    yield Likeness.SLIP, name.film, -2.0 * distance
        for number in self._words.with_slips(_telling(words)):
            yield Likeness.SLIPS, number, 0.0

    def _signs(self, text: str) -> Iterator[_Found]:
        """Films whose title has no letters either, as $."""
        wanted = titles.key(text)
        for number, film in enumerate(self._films):
            if wanted and titles.key(film.title) == wanted:
                yield Likeness.EQUAL, number, 0.0

    def _begun(self, key: str) -> list[str]:
        first = bisect_left(self._keys, key)
        return self._keys[first : bisect_left(self._keys, key + HIGHEST_LETTER)]


#: The search in a catalogue.
title_search = made_once(TitleSearch)


def _dated(rank: _Rank, film: Film, year: int) -> _Rank:
    """The rank of a film whose year was typed behind its title."""
    apart = abs((film.year or 0) - year)
    behind = {0: 0.0, 1: 0.5}.get(apart, _OTHER_YEAR)
    return (rank[0] + behind, rank[1])


def _names(number: int, film: Film) -> Iterator[_Name]:
    """The titles of a film, whole and up to their subtitle, without their article."""
    whole = [*titles.spellings(film.title), *titles.spellings(film.original_title or "")]
    for title in whole:
        for words in _writings(title):
            yield _Name(number, words, is_whole=True)
        for part in titles.parts(title)[:1]:
            for words in _writings(part):
                yield _Name(number, words, is_whole=False)


def _writings(title: str) -> set[str]:
    """The words of a title without its article, as they are and with numbers as figures."""
    as_written = titles.plain(titles.article_first(title)).split()
    both = (as_written, titles.words(title))
    return {" ".join(titles.without_article(words)) for words in both}


def _phrases(film: Film) -> tuple[str, ...]:
    """The titles of a film as words, with their articles."""
    names = [*titles.spellings(film.title), *titles.spellings(film.original_title or "")]
    return tuple(f" {' '.join(titles.words(name))} " for name in names)


def _all_words(film: Film, phrases: tuple[str, ...]) -> list[str]:
    """Words by which a film may be meant: of its titles, its directors, its year."""
    directors = [word for name in film.directors for word in titles.plain(name).split()]
    written = f"{film.title} {film.original_title or ''}"
    joined = titles.plain(_HYPHEN.sub("", written)).split()
    words = [*" ".join(phrases).split(), *titles.plain(written).split(), *joined]
    return [*words, *directors, str(film.year)]


def _kind(phrase: str, telling: Sequence[str], phrases: tuple[str, ...]) -> Likeness:
    """The likeness of a film that has the telling words, in its titles or elsewhere."""
    if any(f" {phrase} " in name for name in phrases):
        begins = any(_begins(name, phrase) for name in phrases)
        return Likeness.BEGINS if begins else Likeness.HOLDS
    in_titles = set("".join(phrases).split()).issuperset(telling)
    return Likeness.WORDS if in_titles else Likeness.BEGINNINGS


def _begins(name: str, phrase: str) -> bool:
    return " ".join(titles.without_article(name.split())).startswith(phrase)


def _telling(words: Sequence[str]) -> Sequence[str]:
    """The words without small ones, which people leave out or add; all, if all are small."""
    return [word for word in words if word not in _SMALL] or words
