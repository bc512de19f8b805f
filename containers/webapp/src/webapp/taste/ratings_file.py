"""Ratings as a CSV file: export, and import from here or from elsewhere."""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from webapp.films.catalogue import Catalogue, plain
from webapp.taste.taste import RatedFilm

COLUMNS = ("film_id", "title", "year", "stars", "rated_at")
#: Rows of a file that are read at most.
ROWS_AT_MOST = 20_000
#: Longest cell that is read: no title comes near.
CHARACTERS_AT_MOST = 100_000
#: Names that other services give to the columns, lower case.
_OTHER_NAMES = {
    "movieid": "film_id",
    "movie_id": "film_id",
    "name": "title",
    "release_year": "year",
    "rating": "stars",
    "note": "stars",
}
_STARS = (0.5, 5.0)


class RatingsFileError(Exception):
    """The file cannot be read; `reason` is the key of a sentence for the viewer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Import:
    """Content of a file: stars by film id, and the numbers of lines that were not understood."""

    ratings: Mapping[str, float]
    unknown_films: tuple[int, ...]
    bad_stars: tuple[int, ...]


def exported(ratings: Iterable[RatedFilm]) -> bytes:
    """A CSV file of the ratings, in UTF-8 with a mark that spreadsheets understand."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for rated in ratings:
        writer.writerow(
            [
                rated.film_id,
                _harmless(rated.title),
                rated.year or "",
                f"{rated.stars:g}",
                rated.rated_at.isoformat(),
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def imported(content: bytes, catalogue: Catalogue) -> Import:
    """The ratings in a CSV file, films found by id or by title and year.

    Raises:
        RatingsFileError: It is no CSV file, or lacks the columns.
    """
    ids_by_title = _ids_by_title(catalogue)
    ratings: dict[str, float] = {}
    unknown: list[int] = []
    bad: list[int] = []
    for line, row in _rows(content):
        film_id = _film_id(row, catalogue, ids_by_title)
        stars = _stars(row.get("stars", ""))
        if film_id is None:
            unknown.append(line)
        elif stars is None:
            bad.append(line)
        else:
            ratings[film_id] = stars
    return Import(ratings, tuple(unknown), tuple(bad))


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RatingsFileError("import.not_text") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [_column(name) for name in next(reader, [])]
        if "stars" not in header or not {"film_id", "title"} & set(header):
            raise RatingsFileError("import.columns")
        for number, row in enumerate(reader):
            if number >= ROWS_AT_MOST:
                raise RatingsFileError("import.too_long")
            # the csv module's own limit belongs to the process, and other readers change it
            if any(len(cell) > CHARACTERS_AT_MOST for cell in row):
                raise RatingsFileError("import.not_text")
            if row:
                yield reader.line_num, dict(zip(header, row, strict=False))
    except csv.Error:
        raise RatingsFileError("import.not_text") from None


def _column(name: str) -> str:
    bare = name.strip().casefold()
    return _OTHER_NAMES.get(bare, bare)


def _film_id(
    row: Mapping[str, str], catalogue: Catalogue, ids_by_title: Mapping[tuple[str, str], str]
) -> str | None:
    title, year = row.get("title", ""), row.get("year", "").strip()
    by_title = ids_by_title.get((plain(title), year))
    film_id = row.get("film_id", "").strip()
    if film_id in catalogue.by_id and (not title or by_title in {None, film_id}):
        return film_id
    return by_title


def _ids_by_title(catalogue: Catalogue) -> dict[tuple[str, str], str]:
    # The best known of several films with one title and year.
    films = reversed(catalogue.films)
    return {(plain(film.title), str(film.year or "")): film.film_id for film in films}


def _stars(text: str) -> float | None:
    try:
        stars = float(text.replace(",", "."))
    except ValueError:
        return None
    lowest, highest = _STARS
    return stars if math.isfinite(stars) and lowest <= stars <= highest else None


def _harmless(text: str) -> str:
    # Spreadsheets take a cell that begins so for a formula.
    return f"'{text}" if re.match(r"[=+\-@\t\r]", text) else text
