"""MovieLens, in the layouts that GroupLens publishes, told apart by their files.

100K (`u.data`, `u.item`, `u.user`), 1M and 10M (`ratings.dat`, `movies.dat`, `users.dat`), and the
csv layout of latest-small, 20M, 25M and 32M (`ratings.csv`, `movies.csv`, `links.csv`, `tags.csv`),
of which Kaggle's 20M has the names in the singular and times as dates.
"""

import itertools
from dataclasses import replace
from pathlib import Path

import polars as pl

from film_data.errors import DatasetError
from film_data.matching.twins import CatalogueFilm, twins
from film_data.pipeline import canonical_names, dates, ratings_file
from film_data.pipeline.cleaned import Cleaned
from film_data.pipeline.duplicates import deduplicated
from film_data.pipeline.files import Folder, SourceFile, cells, require_columns, text_lines
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.links import link
from film_data.pipeline.ratings_lines import RATING_COLUMNS, RatingsLayout
from film_data.pipeline.text_table import TextTable
from film_data.progress import Progress
from film_data.sources.movielens import SOURCE, rows, tables
from film_data.sources.movielens.layouts import layout_of


def clean(source: Path, scratch: Path, progress: Progress) -> Cleaned:
    """Read and clean the MovieLens edition in a folder.

    Args:
        source: The folder.
        scratch: An empty folder for the results.
        progress: Told the step, how many of its units are done, and how many it has.

    Raises:
        DatasetError: No edition, half an edition, or a file that cannot be read.
    """
    edition = _Edition(Folder(source, scratch, progress))
    films = edition.films()
    cleaned = Cleaned("movielens", edition.layout.edition, edition.ledger, edition.folder)
    cleaned.add(tables.Films, films.drop("genres"))
    cleaned.add(tables.FilmGenres, canonical_names.exploded(films, "film_id", "genres", "genre"))
    links = edition.links()
    cleaned.add(tables.Links, links)
    cleaned.add(tables.Twins, edition.twins(films, links))
    cleaned.add(tables.Tags, edition.tags())
    cleaned.add(tables.Viewers, edition.viewers())
    cleaned.add_file(tables.Ratings, edition.ratings())
    return cleaned


class _Edition:
    """One folder while it is read."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.ledger = Ledger(SOURCE.rules)
        self.layout = layout_of(folder)

    def films(self) -> pl.DataFrame:
        """One row per film."""
        layout = self.layout
        table = TextTable(
            "film", layout.film_columns, rows.FILM_SCHEMA, rows.film, layout.delimiter,
            quoted=layout.header, plausible=rows.has_id_at(0), limits=tables.Films.columns(),
        )  # fmt: skip
        found = self._rows(layout.films, table)
        if not found.height:
            raise DatasetError(f"The file {layout.films} has no films: fetch the data set again.")
        films = deduplicated(found, "film", ["film_id"], rule="film_repeated", ledger=self.ledger)
        self.ledger.apply("year_missing", films["release_year"].null_count())
        self.ledger.apply("genres_missing", films["genres"].null_count())
        return films

    def links(self) -> pl.DataFrame:
        """One row per film with its ids elsewhere."""
        table = TextTable(
            "links", ("movieId", "imdbId", "tmdbId"), tables.Links.dtypes(), link,
            limits=tables.Links.columns(),
        )  # fmt: skip
        name = self.layout.links
        if name is None or name not in self.folder.files:
            return tables.Links.no_rows()
        found = self._rows(name, table)
        links = deduplicated(found, "links", ["film_id"], rule="key_repeated", ledger=self.ledger)
        self.ledger.apply("no_tmdb_id", links["tmdb_id"].null_count())
        return links

    def twins(self, films: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
        """One row per film that the edition has under a lower id, too."""
        described = films.join(links, on="film_id", how="left").select(
            "film_id", "title", "release_year", "imdb_id", "tmdb_id", "genres"
        )
        found = twins(itertools.starmap(CatalogueFilm, described.iter_rows()))
        self.ledger.apply("film_twin", len(found))
        return pl.DataFrame(list(found.items()), schema=tables.Twins.dtypes(), orient="row")

    def tags(self) -> pl.DataFrame:
        """One row per user, film and tag."""
        columns = ("userId", "movieId", "tag", "timestamp")
        name = self.layout.tags
        if name is None or name not in self.folder.files:
            return tables.Tags.no_rows()
        table = TextTable(
            "tags", columns, tables.Tags.dtypes(), rows.tag, limits=tables.Tags.columns()
        )
        found = self._rows(name, table)
        key = ["user_id", "film_id", "tag"]
        return deduplicated(found, "tags", key, rule="key_repeated", ledger=self.ledger)

    def viewers(self) -> pl.DataFrame:
        """One row per user, where the edition describes them."""
        layout = self.layout
        if layout.viewers is None or layout.viewers not in self.folder.files:
            return tables.Viewers.no_rows()
        table = TextTable(
            "viewer",
            layout.viewer_columns,
            tables.Viewers.dtypes(),
            rows.viewer,
            layout.delimiter,
            quoted=False,
            limits=tables.Viewers.columns(),
        )
        found = self._rows(layout.viewers, table)
        return deduplicated(found, "viewer", ["user_id"], rule="key_repeated", ledger=self.ledger)

    def ratings(self) -> Path:
        """The ratings that count, as a Parquet file."""
        layout = self.layout
        file = self.folder.open(layout.ratings)
        header = require_columns(file, RATING_COLUMNS) if layout.header else None
        delimiter = file.delimiter if header else layout.ratings_delimiter or layout.delimiter
        written = RatingsLayout.of(delimiter, header)
        return ratings_file.clean(file, written, self.ledger, self.folder.scratch)

    def _rows(self, name: str, table: TextTable) -> pl.DataFrame:
        file = self.folder.open(name)
        lines = text_lines(file, fallback=self.layout.fallback)
        if self.layout.header:
            table = _as_written(table, file)
            next(lines)
        return table.read(file, table.records(lines, 1 + self.layout.header), self.ledger)


def _as_written(table: TextTable, file: SourceFile) -> TextTable:
    """The table with the file's delimiter, columns of its header, and order of its dates."""
    header = require_columns(file, table.columns)
    order = None
    if "timestamp" in header:
        order = dates.order_of(cells(file, "timestamp", header))
    return replace(
        table,
        columns=header,
        delimiter=file.delimiter,
        plausible=rows.has_id_at(header.index("movieId")),
        date_order=order,
    )
