"""Meaning of a file of ratings, decided by the whole of it and nothing stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from webapp.films.catalogue import Catalogue, Film
from webapp.films.title_index import How, TitleIndex, title_index
from webapp.taste import file_table, file_text, scales
from webapp.taste.file_archive import ratings_in
from webapp.taste.file_columns import Service
from webapp.taste.file_entries import Entry, entries, stated_scale, titles_in
from webapp.taste.file_errors import RatingsFileError
from webapp.taste.film_placer import Placer
from webapp.taste.scales import Scale


@dataclass(frozen=True)
class Placed:
    """A rating of the file, and the film that it is of."""

    entry: Entry
    film: Film
    stars: float
    how: How


@dataclass(frozen=True)
class Unplaced:
    """A rating whose film is not certain, and the films that it may be of."""

    entry: Entry
    stars: float
    candidates: tuple[Film, ...]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A file as it is understood: each of its rows is in one of the tuples."""

    service: Service
    scale: Scale
    #: The rating of each film that counts: the newest, or else the last.
    placed: tuple[Placed, ...]
    #: Others of the same films.
    repeated: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    #: Rows without a rating on the scale.
    unrated: tuple[Entry, ...]
    #: Rows of series, episodes and games.
    other_kinds: tuple[Entry, ...]
    #: Number of ratings below half a star, which count as half a star.
    raised: int
    #: Number of half ratings that a spreadsheet had turned into dates.
    dated: int

    def ratings(self) -> dict[str, float]:
        """Stars by film id."""
        return {found.film.film_id: found.stars for found in self.placed}

    def moments(self) -> dict[str, datetime]:
        """Times of the ratings that have one, by film id."""
        return {
            found.film.film_id: found.entry.rated_at
            for found in self.placed
            if found.entry.rated_at is not None
        }

    def with_films(self, chosen: Mapping[int, Film]) -> "Reading":
        """A copy in which rows, by their line, are placed by hand."""
        by_hand = [
            Placed(found.entry, chosen[found.entry.line], found.stars, "hand")
            for found in self.unplaced
            if found.entry.line in chosen
        ]
        placed, repeated = _newest([*self.placed, *self.repeated, *by_hand])
        left = tuple(found for found in self.unplaced if found.entry.line not in chosen)
        return replace(self, placed=placed, repeated=repeated, unplaced=left)


def read(
    content: bytes, catalogue: Catalogue, now: datetime, highest: int | None = None
) -> Reading:
    """The meaning of a file; `highest` is the highest rating where the viewer says it.

    Raises:
        RatingsFileError: It is no table of ratings.
    """
    index = title_index(catalogue)
    text = file_text.decoded(ratings_in(content), lambda text: _known_titles(text, index))
    table = file_table.table(text)
    found = entries(table, now)
    if not found:
        raise RatingsFileError("import.empty")
    values = [entry.value for entry in found if entry.value is not None]
    scale = scales.scale_of(values, highest or stated_scale(table))
    return _sorted(found, table.columns.service[0], scale, Placer(found, catalogue, index))


def _known_titles(text: str, index: TitleIndex) -> int:
    try:
        return sum(map(index.knows, titles_in(file_table.table(text))))
    except RatingsFileError:
        return 0


def _sorted(found: Sequence[Entry], service: Service, scale: Scale, placer: Placer) -> Reading:
    other_kinds = tuple(entry for entry in found if entry.is_other_kind)
    films = [entry for entry in found if not entry.is_other_kind]
    rated = [(entry, stars) for entry in films if (stars := _stars(entry, scale)) is not None]
    placements = [(entry, stars, placer.place(entry)) for entry, stars in rated]
    placed, repeated = _newest(
        Placed(entry, placement.film, stars, placement.how)
        for entry, stars, placement in placements
        if placement.film is not None and placement.how is not None
    )
    return Reading(
        service=service,
        scale=scale,
        placed=placed,
        repeated=repeated,
        unplaced=tuple(
            Unplaced(entry, stars, placement.candidates)
            for entry, stars, placement in placements
            if placement.film is None
        ),
        unrated=tuple(entry for entry in films if _stars(entry, scale) is None),
        other_kinds=other_kinds,
        raised=sum(scale.is_raised(entry.value or 0) for entry, _ in rated),
        dated=sum(scales.is_dated(entry.rating) for entry, _ in rated),
    )


def _stars(entry: Entry, scale: Scale) -> float | None:
    return None if entry.value is None else scale.stars(entry.value)


def _newest(found: Iterable[Placed]) -> tuple[tuple[Placed, ...], tuple[Placed, ...]]:
    """Of the ratings of one film the newest, or without times the last; and all others."""
    in_order = sorted(found, key=_age_key)
    counted = {one.film.film_id: one for one in in_order}
    others = tuple(one for one in in_order if counted[one.film.film_id] is not one)
    return tuple(sorted(counted.values(), key=lambda one: one.entry.line)), others


def _age_key(one: Placed) -> tuple[str, int]:
    return (one.entry.rated_at.isoformat() if one.entry.rated_at else "", one.entry.line)
