"""The search for films of one source among those of another.

A match that is not certain is listed, not guessed.

Two films are the same when a simplified title is the same and the years are at most one apart, and
no other film fits as well. Similar titles count from a similarity of `CERTAIN` on, if they have the
same numbers and the next best film is clearly worse.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

from film_data.matching import titles

#: Similarity from which a similar title is the same film, and from which it is worth listing.
CERTAIN, POSSIBLE = 0.94, 0.80
#: Distance in similarity that the next best film must keep.
MARGIN = 0.05
_YEAR_OFF = 0.05
_CANDIDATES_LISTED = 5

MATCH_SCHEMA = {
    "source": pl.String,
    "source_key": pl.String,
    "film_id": pl.String,
    "status": pl.String,
    "method": pl.String,
    "confidence": pl.Float64,
    "candidates": pl.String,
}


@dataclass(frozen=True)
class Film:
    """A film to match: its key, the simplified titles it goes by, its year."""

    key: str
    spellings: frozenset[str]
    year: int | None

    @classmethod
    def of(cls, key: object, year: int | None, *names: str | None) -> "Film":
        """A film under its titles as people write them."""
        return cls(str(key), titles.spellings(*names), year)


@dataclass(frozen=True)
class Match:
    """The result of the search for one film of the source."""

    key: str
    film_id: str | None
    status: str
    method: str
    confidence: float
    candidates: tuple[str, ...] = ()


def match(source: Sequence[Film], catalogue: Sequence[Film]) -> list[Match]:
    """Find each film of `source` in the catalogue; one result per film, in their order."""
    exact = _Index(catalogue)
    found = {film.key: exact.scores(film) for film in source}
    unknown = [film for film in source if not found[film.key]]
    found |= dict(_similar(unknown, catalogue))
    same_title = {film.key for film in source} - {film.key for film in unknown}
    decided = [
        _decide(
            film.key, found[film.key], "same title" if film.key in same_title else "similar title"
        )
        for film in source
    ]
    return _one_to_one(decided)


def linked(pairs: Iterable[tuple[object, object]]) -> list[Match]:
    """Matches that the data set itself states, as pairs of source key and film id."""
    return [Match(str(key), str(film_id), "matched", "link", 1.0) for key, film_id in pairs]


def as_frame(source: str, matches: Iterable[Match]) -> pl.DataFrame:
    """The matches as rows of the table of matches."""
    rows = [
        (
            source, found.key, found.film_id, found.status, found.method, found.confidence,
            ", ".join(found.candidates) or None,
        )
        for found in matches
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=MATCH_SCHEMA, orient="row")


class _Index:
    """The catalogue by simplified title."""

    def __init__(self, catalogue: Iterable[Film]) -> None:
        self._films: dict[str, list[Film]] = defaultdict(list)
        for film in catalogue:
            for spelling in film.spellings:
                self._films[spelling].append(film)

    def scores(self, film: Film) -> dict[str, float]:
        """Films with a title of `film` in its year or the next: how surely they are the same."""
        return {
            other.key: 1.0 - _YEAR_OFF * apart
            for spelling in film.spellings
            for other in self._films.get(spelling, ())
            if (apart := _years_apart(film, other)) <= 1
        }


def _years_apart(one: Film, other: Film) -> float:
    # A title alone is no evidence: as far apart as can be.
    return math.inf if one.year is None or other.year is None else abs(one.year - other.year)


def _similar(
    source: Iterable[Film], catalogue: Iterable[Film]
) -> Iterator[tuple[str, dict[str, float]]]:
    """For each film of the source, the films of its year or the next with a similar title."""
    by_year: dict[int, list[Film]] = defaultdict(list)
    for film in catalogue:
        if film.year is not None:
            by_year[film.year].append(film)
    dated = sorted(
        (film for film in source if film.year is not None), key=lambda film: film.year or 0
    )
    for year, films in groupby(dated, key=lambda film: film.year or 0):
        near = [film for near in (year - 1, year, year + 1) for film in by_year[near]]
        yield from _similar_in_block(list(films), near)


def _similar_in_block(
    source: list[Film], near: list[Film]
) -> Iterator[tuple[str, dict[str, float]]]:
    ours = [(film, spelling) for film in source for spelling in sorted(film.spellings)]
    theirs = [(film, spelling) for film in near for spelling in sorted(film.spellings)]
    similarity = process.cdist(
        [spelling for _, spelling in ours],
        [spelling for _, spelling in theirs],
        scorer=fuzz.ratio,
        score_cutoff=100 * POSSIBLE,
        dtype=np.float32,
    )
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for row, column in np.argwhere(similarity > 0).tolist():
        (film, our_title), (other, their_title) = ours[row], theirs[column]
        if titles.numbers(our_title) == titles.numbers(their_title):
            score = float(similarity[row, column]) / 100 - _YEAR_OFF * _years_apart(film, other)
            known = scores[film.key]
            known[other.key] = max(round(score, 4), known.get(other.key, 0.0))
    yield from scores.items()


def _decide(key: str, scores: dict[str, float], method: str) -> Match:
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < POSSIBLE:
        return Match(key, None, "unmatched", "none", 0.0)
    best, confidence = ranked[0]
    if confidence >= CERTAIN and (len(ranked) == 1 or confidence - ranked[1][1] >= MARGIN - 1e-9):
        return Match(key, best, "matched", method, confidence)
    candidates = tuple(film_id for film_id, _ in ranked[:_CANDIDATES_LISTED])
    return Match(key, None, "ambiguous", method, confidence, candidates)


def _one_to_one(matches: list[Match]) -> list[Match]:
    """Keep, of several films matched with the same one, only a clearly best."""
    rivals: dict[str, list[float]] = defaultdict(list)
    for found in matches:
        if found.film_id is not None:
            rivals[found.film_id].append(found.confidence)
    return [
        found
        if found.film_id is None or _is_clearly_best(found.confidence, rivals[found.film_id])
        else replace(found, film_id=None, status="ambiguous", candidates=(found.film_id,))
        for found in matches
    ]


def _is_clearly_best(confidence: float, rivals: list[float]) -> bool:
    return sum(rival > confidence - MARGIN + 1e-9 for rival in rivals) == 1
