"""Entries of a file of ratings: its rows with their cells read, each column as a whole."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.films import titles
from webapp.taste import file_dates, scales
from webapp.taste.file_columns import Meaning
from webapp.taste.file_table import Table

_YEAR = re.compile(r"(?<!\d)(18[7-9]\d|19\d\d|20\d\d|21\d\d)(?!\d)")
_IMDB_NUMBER = re.compile(r"(?:^|/title/|^.*\b)tt(\d{1,9})|^0*(\d{1,9})(?:[.,]0+)?$")
_NUMBER = re.compile(r"^0*(\d{1,9})(?:[.,]0+)?$")
#: Parts of the words that services have for what is no film, in several languages.
_OTHER_KINDS = re.compile(r"serie|show|episod|season|saison|game|spiel|podcast|^tv$|musicvideo")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of a file."""

    line: int
    title: str
    original_title: str
    year: int | None
    directors: tuple[str, ...]
    film_id: str
    imdb_number: int | None
    tmdb_number: int | None
    is_other_kind: bool
    #: The rating as it is written, and as a number.
    rating: str
    value: float | None
    rated_at: datetime | None

    @property
    def names(self) -> list[str]:
        """The titles that the film goes by."""
        return [name for name in (self.title, self.original_title) if name]


def entries(table: Table, now: datetime) -> list[Entry]:
    """The rows of a table, all of them."""
    ratings = rating_column(table)
    dates = _first(table, "rated_at")
    order = file_dates.order_of(_cell(cells, dates) for _, cells in table.rows)
    return [
        _entry(
            table,
            (line, cells),
            rating=_cell(cells, ratings),
            rated_at=file_dates.moment(_cell(cells, dates), order, now),
        )
        for line, cells in table.rows
    ]


def titles_in(table: Table) -> Iterator[str]:
    """The titles of the rows."""
    place = _first(table, "title")
    return (titles.without_year(_cell(cells, place))[0] for _, cells in table.rows)


def stated_scale(table: Table) -> int | None:
    """The highest rating, as the service, the column or every single rating says."""
    place = rating_column(table)
    written = scales.stated_scale(_cell(cells, place) for _, cells in table.rows)
    if written is not None:
        return written
    by_name = {"stars": 5, "rating10": 10}.get(table.columns.folded[place])
    service, scale = table.columns.service
    in_heading = table.columns.highest(place)
    return in_heading or by_name or (5 if service == "Letterboxd" else scale)


def rating_column(table: Table) -> int:
    """Place of the ratings: of several columns the viewer's own, unless it is empty."""
    places = table.columns.places("rating")
    is_spare = table.columns.folded[places[0]] == "rating10" and len(places) > 1
    if is_spare and not any(_cell(cells, places[0]) for _, cells in table.rows):
        return places[1]
    return places[0]


def _entry(
    table: Table, row: tuple[int, list[str]], *, rating: str, rated_at: datetime | None
) -> Entry:
    line, cells = row

    def cell(meaning: Meaning) -> str:
        return _cell(cells, _first(table, meaning))

    title, year = _title_and_year(cell("title"), cell("year"))
    return Entry(
        line=line,
        title=title,
        original_title=cell("original_title"),
        year=year,
        directors=tuple(re.split(r"\s*[,;|]\s*", cell("directors"))) if cell("directors") else (),
        film_id=cell("film_id"),
        imdb_number=_imdb_number(_cell(cells, place) for place in table.columns.places("imdb")),
        tmdb_number=_number(cell("tmdb")),
        is_other_kind=bool(_OTHER_KINDS.search(titles.key(cell("kind")))),
        rating=rating,
        value=scales.number(rating),
        rated_at=rated_at,
    )


def _title_and_year(title: str, year: str) -> tuple[str, int | None]:
    given = _YEAR.search(year)
    # the mark that keeps spreadsheets from taking a title for a formula
    title = title[1:] if re.match(r"'[=+\-@]", title) else title
    bare, in_title = titles.without_year(title)
    if given is None:
        return bare, in_title
    return (bare if in_title == int(given[1]) else title), int(given[1])


def _imdb_number(cells: Iterator[str]) -> int | None:
    for cell in cells:
        match = _IMDB_NUMBER.search(cell)
        if match:
            return int(match[1] or match[2])
    return None


def _number(text: str) -> int | None:
    match = _NUMBER.match(text)
    return int(match[1]) if match else None


def _first(table: Table, meaning: Meaning) -> int:
    return next(iter(table.columns.places(meaning)), -1)


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if 0 <= place < len(cells) else ""
