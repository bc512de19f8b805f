"""Columns of a file of ratings: what their names mean, and which service names them so."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from webapp.films.titles import plain

Meaning = Literal[
    "film_id", "imdb", "tmdb", "title", "original_title", "year", "directors", "kind", "rating",
    "rated_at",
]  # fmt: skip
Service = Literal["own", "IMDb", "Letterboxd", "Trakt", "TMDB", "MovieLens", "unknown"]

#: Names of columns as `plain` writes them, without blanks; of several in a file the first counts.
_NAMES: dict[Meaning, str] = {
    "film_id": "filmid movieid itemid",
    "imdb": "const imdbid tconst imdb imdburl imdblink idimdb url",
    "tmdb": "tmdbid tmdb idtmdb themoviedbid",
    "title": (
        "title name film movie movietitle moviename filmtitle filmname primarytitle titre"
        " titrefrancais titel filmtitel titulo titolo tytul titulobrasil nazev cim baslik название"
        " фильм タイトル 題名 标题 片名 제목"
    ),
    "original_title": "originaltitle titreoriginal originaltitel titulooriginal titolooriginale",
    "year": (
        "year yr releaseyear movieyear annee anneedesortie jahr erscheinungsjahr ano anno rok jaar"
        " ar yil ev год 年 年份 연도 released releasedate datedesortie veroffentlichungsdatum"
    ),
    "directors": (
        "directors director directedby realisateurs realisateur regisseur regisseure regie"
        " directores registi regista"
    ),
    "kind": "titletype type kind mediatype typedetitre titeltyp tipodetitulo tipodititolo",
    "rating": (
        "stars yourrating yourated myrating userrating ratingvalue votrenote manote deinebewertung"
        " meinebewertung tucalificacion tunota suacalificacao latuavalutazione iltuovoto rating10"
        " rating score note notation bewertung wertung calificacion puntuacion nota valutazione"
        " voto ocena waardering beoordeling avaliacao betyg karakter hodnoceni puan оценка"
        " мояоценка 評価 评分 我的评分 평점"
    ),
    "rated_at": (
        "ratedat daterated watcheddate dateadded datedelanote datedenotation bewertungsdatum"
        " fechadecalificacion datavalutazione created date timestamp datum fecha data"
    ),
}
#: What films are known by.
_KNOWN_BY: tuple[Meaning, ...] = ("film_id", "imdb", "tmdb", "title")
_HIGHEST = re.compile(
    r"[\s(\[]*(?:/|\b(?:out of|of|sur|von|de|su|av)\s|\b[01]\s*(?:[-\u2013]|to|à|bis))"
    r"\s*(5|10|20|100)\s*[)\]]*\s*$",
    re.IGNORECASE,
)
_MEANINGS = {
    name: (meaning, rank)
    for meaning, names in _NAMES.items()
    for rank, name in enumerate(names.split())
}
#: Columns that only one service has, and the highest rating that it gives.
_SERVICES: tuple[tuple[Service, frozenset[str], int | None], ...] = (
    ("own", frozenset({"filmid", "stars"}), 5),
    ("IMDb", frozenset({"const"}), 10),
    ("Trakt", frozenset({"traktid"}), 10),
    ("Trakt", frozenset({"traktrating"}), 10),
    ("Trakt", frozenset({"trakt", "slug"}), 10),
    ("TMDB", frozenset({"tmdbid", "yourrating"}), 10),
    ("Letterboxd", frozenset({"rating10"}), 10),
    ("Letterboxd", frozenset({"letterboxduri", "rating"}), 5),
    ("MovieLens", frozenset({"movieid", "rating"}), 5),
)


@dataclass(frozen=True)
class Columns:
    """The names in the first line of a table."""

    names: tuple[str, ...]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The names without case, marks, blanks and punctuation."""
        return tuple(plain(_HIGHEST.sub("", name)).replace(" ", "") for name in self.names)

    def highest(self, place: int) -> int | None:
        """The highest rating that a name states, as "Rating (out of 10)" or "Note /20" do."""
        match = _HIGHEST.search(self.names[place])
        return int(match[1]) if match else None

    def places(self, meaning: Meaning) -> list[int]:
        """Places of the columns of a meaning, the most telling name first."""
        return self._places.get(meaning, [])

    @cached_property
    def _places(self) -> dict[Meaning, list[int]]:
        known = [(name, place) for place, name in enumerate(self.folded) if name in _MEANINGS]
        found: dict[Meaning, list[int]] = {}
        for name, place in sorted(known, key=lambda one: _MEANINGS[one[0]][1]):
            found.setdefault(_MEANINGS[name][0], []).append(place)
        return found

    @property
    def meaning(self) -> tuple[int, int]:
        """Larger for names that say more."""
        understood = {_MEANINGS[name][0] for name in self.folded if name in _MEANINGS}
        return (self.is_enough, len(understood))

    @cached_property
    def is_enough(self) -> bool:
        """True when there are ratings and something that films are known by."""
        is_known = any(map(self.places, _KNOWN_BY))
        return bool(self.places("rating")) and is_known

    @property
    def service(self) -> tuple[Service, int | None]:
        """The service that names its columns so, and its highest rating where it has one."""
        given = set(self.folded)
        for service, names, scale in _SERVICES:
            if names <= given:
                return service, scale
        return "unknown", None
