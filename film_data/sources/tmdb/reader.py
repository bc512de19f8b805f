"""The Movies Dataset (Kaggle): films of TMDB with credits, keywords, links and ratings.

Files are told apart by their columns, so that a full folder, a part of it, or samples with other
names load alike. Lists in cells are Python literals; they are parsed, never evaluated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline import dates, ratings_file, values
from film_data.pipeline.canonical_names import exploded, with_country_code
from film_data.pipeline.cleaned import Cleaned
from film_data.pipeline.dates import Order
from film_data.pipeline.duplicates import deduplicated
from film_data.pipeline.files import Folder, SourceFile, cells, csv_header, text_lines
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.links import link
from film_data.pipeline.ratings_lines import RatingsLayout
from film_data.pipeline.row import Row, Values
from film_data.pipeline.schema import Schema
from film_data.pipeline.text_table import TextTable
from film_data.progress import Progress
from film_data.sources.tmdb import SOURCE, credit_lists, rows, tables, torn_rows

#: Columns that tell each kind of file; the first kind whose columns are all there is it.
KINDS: dict[str, frozenset[str]] = {
    "film": frozenset({"tmdb_id", "original_title", "title", "vote_count"}),
    "titles": frozenset({"tmdb_id", "original_title"}),
    "credits": frozenset({"tmdb_id", "cast", "crew"}),
    "keywords": frozenset({"tmdb_id", "keywords"}),
    "ratings": frozenset({"userId", "movieId", "rating", "timestamp"}),
    "links": frozenset({"movieId", "imdbId", "tmdb_id"}),
}
_LIMITS = {"film": tables.Films.columns(), "links": tables.Links.columns()}
#: People that some editions name beside a film.
_PEOPLE = ("cast", "crew", "director")
#: Names that editions give to the same column.
_COLUMN_NAMES = {
    "id": "tmdb_id", "tmdbId": "tmdb_id", "movie_id": "tmdb_id", "movieLensId": "movieId",
}  # fmt: skip


def clean(source: Path, scratch: Path, progress: Progress) -> Cleaned:
    """Read and clean the files of The Movies Dataset in a folder.

    Args:
        source: The folder.
        scratch: An empty folder for the results.
        progress: Told the step, how many of its units are done, and how many it has.

    Raises:
        DatasetError: No file of films, or a file that cannot be read.
    """
    folder = Folder(source, scratch, progress)
    reader = _Reader(folder, _by_kind(folder))
    films = reader.films()
    cleaned = Cleaned("the-movies-dataset", reader.edition, reader.ledger, folder)
    lists = ["genres", "countries", "keywords"]
    countries = exploded(films, "tmdb_id", "countries", "country")
    cleaned.add(tables.Films, films.drop(lists))
    cleaned.add(tables.FilmGenres, exploded(films, "tmdb_id", "genres", "genre"))
    cleaned.add(tables.FilmCountries, with_country_code(countries))
    cleaned.add(
        tables.FilmKeywords, exploded(reader.keywords(films), "tmdb_id", "keywords", "keyword")
    )
    cleaned.add(tables.Credits, reader.credits())
    ratings = reader.ratings()
    cleaned.add(tables.Links, reader.links())
    if ratings is None:
        cleaned.add(tables.Ratings, tables.Ratings.no_rows())
    else:
        cleaned.add_file(tables.Ratings, ratings)
    return cleaned


@dataclass(frozen=True)
class _File:
    file: SourceFile
    columns: tuple[str, ...]

    @property
    def date_order(self) -> Order | None:
        """The order of day and month in the release dates."""
        if "release_date" not in self.columns:
            return None
        return dates.order_of(cells(self.file, "release_date", self.columns))

    @property
    def separators(self) -> dict[str, str | None]:
        """The separator of the names in each column of lists; None for lists of a program."""
        return {
            column: values.separator_of(cells(self.file, column, self.columns))
            for column in rows.LISTS
            if column in self.columns
        }


def _by_kind(folder: Folder) -> dict[str, list[_File]]:
    """The folder's files by their kind; a sample beside its whole (`_small`) is left out."""
    kinds: dict[str, list[_File]] = {kind: [] for kind in KINDS}
    for name in folder.files:
        whole = name.replace("_small", "")
        if not name.endswith(".csv") or (whole != name and whole in folder.files):
            continue
        file = folder.open(name)
        columns = tuple(_COLUMN_NAMES.get(name, name) for name in csv_header(file))
        kind = next((kind for kind, needed in KINDS.items() if needed <= set(columns)), None)
        if kind is None:
            folder.discard(file)
        else:
            kinds[kind].append(_File(file, columns))
    if not kinds["film"] and not kinds["titles"]:
        raise DatasetError(
            f"The folder {folder.path} has no films of The Movies Dataset: it needs at least "
            "movies_metadata.csv, with the names of its columns in the first line."
        )
    return kinds


class _Reader:
    """The files of one folder while they are read."""

    def __init__(self, folder: Folder, kinds: dict[str, list[_File]]) -> None:
        self.ledger = Ledger(SOURCE.rules)
        self._folder = folder
        self._kinds = kinds

    @property
    def edition(self) -> str:
        """The kinds of files that there are."""
        return ", ".join(kind for kind, files in self._kinds.items() if files)

    def films(self) -> pl.DataFrame:
        """One row per film; lists joined by `|`."""
        frames = [
            self._rows(
                found, "film", rows.FILM_SCHEMA, partial(rows.film, separators=found.separators)
            )
            for found in [*self._kinds["film"], *self._kinds["titles"]]
        ]
        for found in [*self._kinds["film"], *self._kinds["titles"]]:
            if people := [name for name in _PEOPLE if name in found.columns]:
                self.ledger.notes.append(
                    f"The people in {found.file.name} ({', '.join(people)}) have no ids and are "
                    "not read: credits.csv has them."
                )
        return deduplicated(
            pl.concat(frames), "film", ["tmdb_id"], rule="film_repeated", ledger=self.ledger
        )

    def keywords(self, films: pl.DataFrame) -> pl.DataFrame:
        """One row per film, its keywords joined by `|`; some editions have them with the films."""
        listed = self._table("keywords", rows.KEYWORD_SCHEMA, rows.keywords)
        others = films.select("tmdb_id", "keywords").join(listed, on="tmdb_id", how="anti")
        return pl.concat([listed, others])

    def credits(self) -> pl.DataFrame:
        """One row per credit."""
        films = self._table("credits", credit_lists.SCHEMA, credit_lists.credit_list)
        return credit_lists.credits_of(films, self.ledger)

    def links(self) -> pl.DataFrame:
        """One row per MovieLens film with its ids elsewhere."""
        frames = [
            self._rows(found, "links", tables.Links.dtypes(), partial(link, tmdb_column="tmdb_id"))
            for found in self._kinds["links"]
        ]
        if not frames:
            return self._links_of_ratings()
        links = deduplicated(
            pl.concat(frames), "links", ["film_id"], rule="key_repeated", ledger=self.ledger
        )
        self.ledger.apply("no_tmdb_id", links["tmdb_id"].null_count())
        return links

    def _links_of_ratings(self) -> pl.DataFrame:
        """The links out of ratings that name a film by both ids; samples have no file of them."""
        for found in self._kinds["ratings"]:
            if "tmdb_id" in found.columns:
                self.ledger.notes.append("The films' links are taken from the ratings.")
                file = ratings_file.with_usual_line_ends(found.file, self._folder.scratch)
                return ratings_file.links(file, RatingsLayout.of(file.delimiter, found.columns))
        return tables.Links.no_rows()

    def ratings(self) -> Path | None:
        """The ratings that count, as a Parquet file."""
        files = self._kinds["ratings"]
        if not files:
            return None
        if len(files) > 1:
            names = " and ".join(found.file.name for found in files)
            raise DatasetError(
                f"The folder {self._folder.path} has several files of ratings: keep one of {names}."
            )
        return ratings_file.clean(
            files[0].file,
            RatingsLayout.of(files[0].file.delimiter, files[0].columns),
            self.ledger,
            self._folder.scratch,
        )

    def _table(self, kind: str, schema: Schema, parse: Callable[[Row], Values]) -> pl.DataFrame:
        frames = [self._rows(found, kind, schema, parse) for found in self._kinds[kind]]
        if not frames:
            return pl.DataFrame(schema=schema)
        return deduplicated(
            pl.concat(frames), kind, ["tmdb_id"], rule="key_repeated", ledger=self.ledger
        )

    def _rows(
        self,
        found: _File,
        name: str,
        schema: Schema,
        parse: Callable[[Row], Values],
    ) -> pl.DataFrame:
        position = found.columns.index("movieId" if name == "links" else "tmdb_id")
        table = TextTable(
            name, found.columns, schema, parse, found.file.delimiter,
            plausible=lambda fields: values.whole(fields[position]) is not None,
            limits=_LIMITS.get(name, {}), date_order=found.date_order,
        )  # fmt: skip
        lines = text_lines(found.file)
        next(lines)
        records = table.records(lines, 2)
        if name == "film":
            records = torn_rows.rejoin(records, table, found.file, self.ledger)
        return table.read(found.file, records, self.ledger)
