"""Ratings as a CSV file that carries ids, so that it can be read back exactly."""

import csv
import io
import re
from collections.abc import Iterable

from webapp.taste.taste import RatedFilm

COLUMNS = ("film_id", "title", "year", "stars", "rated_at", "imdb_id", "tmdb_id")


def exported(ratings: Iterable[RatedFilm]) -> bytes:
    """A CSV file of the ratings, in UTF-8 with a mark that spreadsheets understand."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_row(rated) for rated in ratings)
    return text.getvalue().encode("utf-8-sig")


def _row(rated: RatedFilm) -> list[object]:
    return [
        rated.film_id,
        _harmless(rated.title),
        rated.year or "",
        f"{rated.stars:g}",
        rated.rated_at.isoformat(),
        rated.imdb_id or "",
        rated.tmdb_id or "",
    ]


def _harmless(text: str) -> str:
    # Spreadsheets take a cell that begins so for a formula.
    return f"'{text}" if re.match(r"[=+\-@\t\r]", text) else text
