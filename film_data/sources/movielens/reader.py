"""MovieLens, in the layouts that GroupLens publishes, told apart by their files.

100K (`u.data`, `u.item`, `u.user`), 1M and 10M (`ratings.dat`, `movies.dat`, `users.dat`), and the
csv layout of latest-small, 20M, 25M and 32M (`ratings.csv`, `movies.csv`, `links.csv`, `tags.csv`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from film_data.errors import DatasetError
from film_data.matching import titles
from film_data.pipeline import canonical_names, ratings_file
from film_data.pipeline.cleaned import Cleaned
from film_data.pipeline.files import Folder, require_columns, text_lines
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.ratings_file import RatingsLayout
from film_data.pipeline.text_table import RejectedRowError, Row, TextTable, deduplicated
from film_data.progress import Progress
from film_data.sources.movielens import SOURCE, tables

#: The flags of `u.item`, in their order.
GENRES_100K = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary",
    "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi",
    "Thriller", "War", "Western",
)  # fmt: skip
NO_GENRES = "(no genres listed)"

#: Names of the coded occupations of `users.dat`.
OCCUPATIONS_1M = (
    "other", "educator", "artist", "clerical/admin", "college student", "customer service",
    "doctor", "executive", "farmer", "homemaker", "K-12 student", "lawyer", "programmer", "retired",
    "sales", "scientist", "self-employed", "technician", "tradesman", "unemployed", "writer",
)  # fmt: skip

#: A film as it is read, its genres joined.
_FILM = {**tables.Films.dtypes(), "genres": pl.String}


@dataclass(frozen=True)
class Layout:
    """Files of a MovieLens edition and how they are written."""

    edition: str
    delimiter: str
    ratings: str
    films: str
    film_columns: tuple[str, ...]
    viewers: str | None = None
    viewer_columns: tuple[str, ...] = ()
    #: Whether the first line of each file names the columns; such files quote, too.
    header: bool = False
    #: Encoding of text files that are not UTF-8.
    fallback: str | None = None
    ratings_delimiter: str | None = None


LAYOUTS = (
    Layout(
        "100K layout", "|", "u.data", "u.item",
        ("movieId", "title", "release_date", "video_release_date", "imdb_url", *GENRES_100K),
        "u.user", ("user_id", "age", "gender", "occupation", "postal_code"),
        fallback="iso-8859-1", ratings_delimiter="\t",
    ),
    Layout(
        "1M layout", "::", "ratings.dat", "movies.dat", ("movieId", "title", "genres"),
        "users.dat", ("user_id", "gender", "age", "occupation", "postal_code"),
        fallback="iso-8859-1",
    ),
    Layout(
        "csv layout", ",", "ratings.csv", "movies.csv", ("movieId", "title", "genres"), header=True
    ),
)  # fmt: skip

_RATING_COLUMNS = {
    "userId": "user_id",
    "movieId": "film_id",
    "rating": "rating",
    "timestamp": "rated_at",
}


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
    cleaned.add(tables.Links, edition.links())
    cleaned.add(tables.Tags, edition.tags())
    cleaned.add(tables.Viewers, edition.viewers())
    cleaned.add_file(tables.Ratings, edition.ratings())
    return cleaned


class _Edition:
    """One folder while it is read."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.ledger = Ledger(SOURCE.rules)
        self.layout = _layout(folder)

    def films(self) -> pl.DataFrame:
        """One row per film."""
        layout = self.layout
        table = TextTable(
            "film", layout.film_columns, _FILM, _film, layout.delimiter,
            quoted=layout.header, plausible=_begins_with_id,
        )  # fmt: skip
        rows = self._rows(layout.films, table)
        if not rows.height:
            raise DatasetError(f"The file {layout.films} has no films: fetch the data set again.")
        films = deduplicated(rows, "film", ["film_id"], rule="film_repeated", ledger=self.ledger)
        self.ledger.apply("year_missing", films["release_year"].null_count())
        self.ledger.apply("genres_missing", films["genres"].null_count())
        return films

    def links(self) -> pl.DataFrame:
        """One row per film with its ids elsewhere."""
        table = TextTable("links", ("movieId", "imdbId", "tmdbId"), tables.Links.dtypes(), link)
        if not self.layout.header or "links.csv" not in self.folder.files:
            return tables.Links.no_rows()
        rows = self._rows("links.csv", table)
        links = deduplicated(rows, "links", ["film_id"], rule="key_repeated", ledger=self.ledger)
        self.ledger.apply("no_tmdb_id", links["tmdb_id"].null_count())
        return links

    def tags(self) -> pl.DataFrame:
        """One row per user, film and tag."""
        columns = ("userId", "movieId", "tag", "timestamp")
        if not self.layout.header or "tags.csv" not in self.folder.files:
            return tables.Tags.no_rows()
        rows = self._rows("tags.csv", TextTable("tags", columns, tables.Tags.dtypes(), _tag))
        key = ["user_id", "film_id", "tag"]
        return deduplicated(rows, "tags", key, rule="key_repeated", ledger=self.ledger)

    def viewers(self) -> pl.DataFrame:
        """One row per user, where the edition describes them."""
        layout = self.layout
        if layout.viewers is None or layout.viewers not in self.folder.files:
            return tables.Viewers.no_rows()
        table = TextTable(
            "viewer",
            layout.viewer_columns,
            tables.Viewers.dtypes(),
            _viewer,
            layout.delimiter,
            quoted=False,
        )
        rows = self._rows(layout.viewers, table)
        return deduplicated(rows, "viewer", ["user_id"], rule="key_repeated", ledger=self.ledger)

    def ratings(self) -> Path:
        """The ratings that count, as a Parquet file."""
        layout = self.layout
        file = self.folder.open(layout.ratings)
        columns = tuple(_RATING_COLUMNS.values())
        if layout.header:
            header = require_columns(file, _RATING_COLUMNS)
            columns = tuple(_RATING_COLUMNS.get(name, name) for name in header)
        delimiter = layout.ratings_delimiter or layout.delimiter
        written = RatingsLayout(delimiter, layout.header, columns)
        return ratings_file.clean(file, written, self.ledger, self.folder.scratch)

    def _rows(self, name: str, table: TextTable) -> pl.DataFrame:
        file = self.folder.open(name)
        if self.layout.header:
            require_columns(file, table.columns)
        lines = text_lines(file, fallback=self.layout.fallback)
        if self.layout.header:
            next(lines)
        return table.read(file, table.records(lines, 1 + self.layout.header), self.ledger)


def _layout(folder: Folder) -> Layout:
    files = folder.files
    for layout in LAYOUTS:
        if layout.ratings in files and layout.films in files:
            return layout
    for layout in LAYOUTS:
        for present, absent in ((layout.ratings, layout.films), (layout.films, layout.ratings)):
            if present in files:
                raise DatasetError(
                    f"The folder {folder.path} has {present} but no {absent}: MovieLens needs both."
                )
    raise DatasetError(
        f"The folder {folder.path} holds no MovieLens edition: it needs u.data and u.item, or "
        "ratings.dat and movies.dat, or ratings.csv and movies.csv."
    )


def _begins_with_id(fields: tuple[str, ...]) -> bool:
    return fields[0].strip().isdecimal()


def _film(row: Row) -> dict[str, Any]:
    film_id = row.identifier("movieId", "film_id")
    title = titles.parse(row.text("title") or "")
    if not title.text:
        raise RejectedRowError("title_missing")
    if "unknown" in row.fields:
        genres = [name for name in GENRES_100K[1:] if row.fields[name].strip() == "1"]
    else:
        listed = row.text("genres") or NO_GENRES
        genres = [] if listed == NO_GENRES else listed.split("|")
    return {
        "film_id": film_id,
        "title": title.text,
        "release_year": title.year,
        "genres": canonical_names.joined([canonical_names.genre(name.strip()) for name in genres]),
    }


def link(row: Row) -> dict[str, Any]:
    """The ids of a film at IMDb and TMDB; shared with The Movies Dataset."""
    imdb = row.text("imdbId")
    return {
        "film_id": row.identifier("movieId", "film_id"),
        "imdb_id": None if imdb is None else f"tt{imdb.removeprefix('tt'):0>7}",
        "tmdb_id": row.whole("tmdbId"),
    }


def _tag(row: Row) -> dict[str, Any]:
    tag = row.text("tag")
    if tag is None:
        raise RejectedRowError("tag_missing")
    return {
        "user_id": row.identifier("userId", "user_id"),
        "film_id": row.identifier("movieId", "film_id"),
        "tag": tag,
        "tagged_at": row.whole("timestamp"),
    }


def _viewer(row: Row) -> dict[str, Any]:
    occupation = row.text("occupation")
    if occupation is not None and occupation.isdecimal() and int(occupation) < len(OCCUPATIONS_1M):
        occupation = OCCUPATIONS_1M[int(occupation)]
    return {
        "user_id": row.identifier("user_id", "user_id"),
        "age": row.whole("age"),
        "gender": row.text("gender"),
        "occupation": occupation,
        "postal_code": row.text("postal_code"),
    }
