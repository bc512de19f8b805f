"""Index of films by the titles they go by: which film another list means."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from webapp.films import titles
from webapp.films.catalogue import Catalogue, Film
from webapp.films.catalogue_index import made_once

How = Literal["id", "title", "spelling", "near_year", "hand"]
_CANDIDATES_AT_MOST = 8
#: Shortest part of a title, in letters, that counts as a title of its own.
_LETTERS_OF_PART = 4


@dataclass(frozen=True)
class Placement:
    """The film that is meant, or those that may be; `how` says what it was found by."""

    film: Film | None
    how: How | None = None
    candidates: tuple[Film, ...] = ()


class TitleIndex:
    """The films of a catalogue by their titles: as written, by other spellings, by parts."""

    def __init__(self, catalogue: Catalogue) -> None:
        names = [_names(film) for film in catalogue.films]
        written = [(titles.article_first(film.title),) for film in catalogue.films]
        parts = [
            titles.parts(film.title) + titles.parts(film.original_title or "")
            for film in catalogue.films
        ]
        self._written = _index(catalogue, titles.key, written)
        self._spelled = _index(catalogue, titles.key, names)
        self._loose = _index(catalogue, titles.loose_key, names)
        self._parts = _index(catalogue, titles.loose_key, parts)

    def knows(self, title: str) -> bool:
        """True when some film is called so."""
        return titles.key(titles.article_first(title)) in self._spelled

    def names(self, film: Film, title: str) -> bool:
        """True when the film goes by this title, in some spelling."""
        keys = {titles.loose_key(name) for name in titles.spellings(title)}
        return not keys.isdisjoint(titles.loose_key(name) for name in _names(film))

    def place(
        self, names: Sequence[str], year: int | None, directors: Iterable[str] = ()
    ) -> Placement:
        """The one film with one of the names in the year, or in the next to it.

        A year that is one off counts when a single film fits. What is not certain is offered: so
        is a film of the year under another spelling beside one that is called so the year before.
        """
        tiers = self._tiers(names)
        fitting = tiers[:-1] if year is None else tiers
        for number, films in enumerate(fitting):
            same_year = [film for film in films if year is None or film.year == year]
            if same_year:
                rivals = [
                    film for tier in fitting[:number] for film in tier if _is_near(film, year)
                ]
                fits = list(dict.fromkeys([*rivals, *same_year]))
                chosen = _only(_by_directors(fits, directors))
                return _placement(chosen, "spelling" if number else "title", fits)
        return _near(tiers, year)

    def _tiers(self, names: Sequence[str]) -> list[list[Film]]:
        spelled = [name for title in names for name in titles.spellings(title)]
        part_names = [part for title in names for part in titles.parts(title)]
        return [
            _films(self._written, titles.key, map(titles.article_first, names)),
            _films(self._spelled, titles.key, spelled),
            _films(self._loose, titles.loose_key, spelled),
            _films(self._parts, titles.loose_key, spelled)
            + _films(self._loose, titles.loose_key, filter(_is_long, part_names)),
        ]


#: The index of a catalogue.
title_index = made_once(TitleIndex)


def _placement(chosen: Film | None, how: How, films: Sequence[Film]) -> Placement:
    if chosen is None:
        return Placement(None, None, tuple(films[:_CANDIDATES_AT_MOST]))
    return Placement(chosen, how)


def _near(tiers: Sequence[list[Film]], year: int | None) -> Placement:
    found = list(dict.fromkeys(film for films in tiers for film in films))
    close = list(dict.fromkeys(film for films in tiers[:-1] for film in films))
    near = [film for film in close if _is_near(film, year)]
    chosen = _only(near)
    if chosen is not None:
        return Placement(chosen, "near_year")
    found.sort(key=lambda film: abs((film.year or 0) - (year or 0)) if year else 0)
    return Placement(None, None, tuple(found[:_CANDIDATES_AT_MOST]))


def _is_near(film: Film, year: int | None) -> bool:
    return year is not None and (film.year is None or abs(film.year - year) == 1)


def _names(film: Film) -> tuple[str, ...]:
    original = titles.spellings(film.original_title) if film.original_title else ()
    return titles.spellings(film.title) + original


def _index(
    catalogue: Catalogue, key: Callable[[str], str], names: Iterable[Iterable[str]]
) -> dict[str, list[Film]]:
    found: dict[str, list[Film]] = defaultdict(list)
    for film, theirs in zip(catalogue.films, names, strict=True):
        for name in {key(title) for title in theirs}:
            found[name].append(film)
    return dict(found)


def _films(
    index: dict[str, list[Film]], key: Callable[[str], str], names: Iterable[str]
) -> list[Film]:
    return list(dict.fromkeys(film for name in names for film in index.get(key(name), ())))


def _by_directors(films: Sequence[Film], directors: Iterable[str]) -> Sequence[Film]:
    given = {titles.key(name) for name in directors}
    theirs = [film for film in films if not given.isdisjoint(map(titles.key, film.directors))]
    return theirs or films


def _only(films: Sequence[Film]) -> Film | None:
    return films[0] if len(films) == 1 else None


def _is_long(part: str) -> bool:
    return len(titles.key(part)) >= _LETTERS_OF_PART
