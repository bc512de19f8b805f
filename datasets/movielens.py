"""MovieLens, in the layouts that GroupLens publishes, told apart by their files.

100K (`u.data`, `u.item`), 1M and 10M (`ratings.dat`, `movies.dat`), and the csv layout of
latest-small, 20M, 25M and 32M (`ratings.csv`, `movies.csv`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from datasets import ratings_file, titles
from datasets.cleaned import Cleaned
from datasets.errors import DatasetError
from datasets.files import SourceFile, listing, opened, text_lines
from datasets.ledger import Ledger
from datasets.ratings_file import RatingsLayout
from datasets.records import Shape
from datasets.text_table import RejectedRowError, TextTable, deduplicated

Progress = Callable[[str, int, int], None]

#: The nineteen flags of `u.item`, in their order; the first says that the genre is unknown.
GENRES_100K = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary",
    "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi",
    "Thriller", "War", "Western",
)  # fmt: skip

NO_GENRES = "(no genres listed)"

_FILM = {
    "film_id": pl.UInt32,
    "title": pl.String,
    "release_year": pl.Int16,
    "genres": pl.String,
}


def _begins_with_id(fields: tuple[str, ...]) -> bool:
    return fields[0].strip().isdecimal()


@dataclass(frozen=True)
class Layout:
    """Files of a MovieLens edition and how they are written."""

    edition: str
    ratings: str
    films: str
    ratings_layout: RatingsLayout
    film_shape: Shape
    film_header: bool
    #: Encoding of the films when they are not UTF-8.
    fallback: str | None = None

    def genres(self, fields: tuple[str, ...]) -> str:
        """The genres of a film, joined by `|`."""
        if len(fields) == 3:
            return "" if fields[2].strip() == NO_GENRES else fields[2].strip()
        flags = zip(GENRES_100K[1:], fields[6:], strict=True)
        return "|".join(genre for genre, flag in flags if flag == "1")


LAYOUTS = (
    Layout(
        "100K layout", "u.data", "u.item", RatingsLayout("\t", header=False),
        Shape(24, "|", quoted=False, plausible=_begins_with_id), film_header=False,
        fallback="iso-8859-1",
    ),
    Layout(
        "1M layout", "ratings.dat", "movies.dat", RatingsLayout("::", header=False),
        Shape(3, "::", quoted=False, plausible=_begins_with_id), film_header=False,
        fallback="iso-8859-1",
    ),
    Layout(
        "csv layout", "ratings.csv", "movies.csv", RatingsLayout(",", header=True),
        Shape(3, ",", plausible=_begins_with_id), film_header=True,
    ),
)  # fmt: skip


def clean(source: Path, scratch: Path, progress: Progress) -> Cleaned:
    """Read and clean the MovieLens edition in a folder.

    Args:
        source: The folder.
        scratch: An empty folder for the results.
        progress: Told the step, how many of its units are done, and how many it has.

    Raises:
        DatasetError: No edition, half an edition, or a file that cannot be read.
    """
    files = listing(source)
    layout = _layout(source, files)
    ledger = Ledger()
    progress("Reading films", 0, 2)
    films = _films(opened(files[layout.films], scratch), layout, ledger)
    film_file = scratch / "films.parquet"
    films.write_parquet(film_file)
    progress("Reading ratings", 1, 2)
    ratings = ratings_file.clean(
        opened(files[layout.ratings], scratch), layout.ratings_layout, ledger, scratch
    )
    progress("Reading ratings", 2, 2)
    tables = {"movielens_films": film_file, "movielens_ratings": ratings}
    return Cleaned("movielens", layout.edition, ledger, tables)


def _layout(source: Path, files: dict[str, Path]) -> Layout:
    for layout in LAYOUTS:
        if layout.ratings in files and layout.films in files:
            return layout
    for layout in LAYOUTS:
        for present, absent in ((layout.ratings, layout.films), (layout.films, layout.ratings)):
            if present in files:
                raise DatasetError(
                    f"The folder {source} has {present} but no {absent}: MovieLens needs both."
                )
    raise DatasetError(
        f"The folder {source} holds no MovieLens edition: it needs u.data and u.item, or "
        "ratings.dat and movies.dat, or ratings.csv and movies.csv."
    )


def _films(file: SourceFile, layout: Layout, ledger: Ledger) -> pl.DataFrame:
    def parse(fields: tuple[str, ...]) -> dict[str, Any]:
        title = titles.parse(fields[1])
        if not title.text:
            raise RejectedRowError("title_missing")
        genres = layout.genres(fields)
        return {
            "film_id": int(fields[0]),
            "title": title.text,
            "release_year": title.year,
            "genres": genres or None,
        }

    table = TextTable("film", layout.film_shape, _FILM, parse)
    lines = text_lines(file, fallback=layout.fallback)
    if layout.film_header:
        next(lines)
    first_line = 2 if layout.film_header else 1
    rows = table.read(file, lines, ledger, first_line=first_line)
    films = deduplicated(rows, table.name, ["film_id"], rule="film_repeated", ledger=ledger)
    ledger.apply("year_missing", films["release_year"].null_count())
    ledger.apply("genres_missing", films["genres"].null_count())
    return films
