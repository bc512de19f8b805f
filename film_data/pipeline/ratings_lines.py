"""The layout of a ratings file, and its lines as rows of typed columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from film_data.pipeline.columns import HIGHEST_RATING, LATEST, LOWEST_RATING
from film_data.pipeline.files import SourceFile
from film_data.pipeline.raw_table import RatingsTable
from film_data.pipeline.schema import Schema

ROW = RatingsTable.dtypes()
#: Names of the columns in files with a header.
RATING_COLUMNS = {
    "userId": "user_id",
    "movieId": "film_id",
    "rating": "rating",
    "timestamp": "rated_at",
}
_IDS = ("user_id", "film_id")
_LINES_ASKED = 1_000
#: `2005-04-02 23:53:47` and ISO's other ways to write it.
_DATE_AND_TIME = r"^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:Z|\+00:?00)?$"
#: Digits of a time in milli-, micro- and nanoseconds, and the seconds of one.
_UNITS = ((r"^\d{12,13}$", 10**3), (r"^\d{15,16}$", 10**6), (r"^\d{18,19}$", 10**9))


@dataclass(frozen=True)
class RatingsLayout:
    """Layout of a ratings file: delimiter, columns in their order, header or not."""

    delimiter: str
    header: bool
    columns: tuple[str, ...] = ("user_id", "film_id", "rating", "rated_at")

    @classmethod
    def of(cls, delimiter: str, header: Sequence[str] | None) -> "RatingsLayout":
        """The layout of a file whose first line, if it names columns, is `header`."""
        if header is None:
            return cls(delimiter, header=False)
        known = RATING_COLUMNS | {"tmdb_id": "tmdb_id"}
        names = [known.get(name, f"other_{position}") for position, name in enumerate(header)]
        return cls(delimiter, header=True, columns=tuple(names))

    @property
    def first_line(self) -> int:
        """Number of the first line with a rating."""
        return 2 if self.header else 1


def scan(file: SourceFile, layout: RatingsLayout, **further: type[pl.DataType]) -> pl.LazyFrame:
    """All lines, typed; `suspect` marks those that are not certain to be a rating as they stand.

    `formatted` and `converted` mark lines with ids or a time in another program's form, where
    the value is certain nonetheless.
    """
    if not _is_converted(file, layout):
        lines = _lines(file, layout, ROW | further)
        marks = {"formatted": pl.lit(value=False), "converted": pl.lit(value=False)}
    else:
        lines = _lines(file, layout, further)
        numbers = [pl.col(name).str.contains(r"\.0+\s*$") for name in (*_IDS, "rated_at")]
        numbers.append(pl.col("rating").str.contains(",", literal=True))
        seconds = pl.col("rated_at").str.contains(r"^\s*\d{1,10}(\.0+)?\s*$")
        marks = {"formatted": pl.any_horizontal(numbers), "converted": ~seconds}
        lines = lines.with_columns(**marks).with_columns(*map(_id, _IDS), _rating(), _time())
        marks = {}
    return lines.with_columns(suspect=pl.any_horizontal(_implausible(), "gap"), **marks).select(
        "line", *ROW, *further, "suspect", "formatted", "converted"
    )


def _is_converted(file: SourceFile, layout: RatingsLayout) -> bool:
    """True for ids or times that are no whole numbers, and for ratings with a decimal comma."""
    schema: Schema = dict.fromkeys(ROW, pl.String)
    texts = _lines(file, layout, schema).head(_LINES_ASKED).collect()
    numbers = [pl.col(name).str.contains(r"^\s*\d{1,10}\s*$") for name in (*_IDS, "rated_at")]
    numbers.append(~pl.col("rating").str.contains(",", literal=True))
    usual = texts.filter(pl.all_horizontal(numbers)).height
    return usual < texts.height * 0.9


def _lines(file: SourceFile, layout: RatingsLayout, types: Schema) -> pl.LazyFrame:
    """All lines, their columns typed, as texts by default; `gap` marks those of another shape."""
    schema: Schema = {}
    for position, name in enumerate(layout.columns):
        # polars splits at single characters: a `::` is two with nothing between
        if position and len(layout.delimiter) > 1:
            schema[f"gap_{position}"] = pl.String
        schema[name] = types.get(name, pl.String)
    schema["more"] = pl.String
    gaps = [pl.col(name).is_not_null() for name in schema if name.startswith(("gap_", "more"))]
    return pl.scan_csv(
        file.path,
        separator=layout.delimiter[0],
        has_header=False,
        skip_lines=layout.first_line - 1,
        schema=schema,
        missing_columns="insert",
        truncate_ragged_lines=True,
        ignore_errors=True,
        quote_char=None,
        encoding="utf8-lossy",
        row_index_name="line",
        row_index_offset=layout.first_line,
    ).with_columns(gap=pl.any_horizontal(gaps))


def _id(column: str) -> pl.Expr:
    digits = pl.col(column).str.strip_chars().str.replace(r"^(\d+)\.0+$", "$1")
    return digits.cast(ROW[column], strict=False)


def _rating() -> pl.Expr:
    text = pl.col("rating").str.strip_chars().str.replace(r"^(\d),(\d{1,2})$", "$1.$2")
    return text.cast(ROW["rating"], strict=False)


def _time() -> pl.Expr:
    """Seconds since 1970 of a date and time, or of a number in any unit."""
    text = pl.col("rated_at").str.strip_chars().str.replace(r"^(\d+)\.0+$", "$1")
    moment = text.str.replace(_DATE_AND_TIME, "$1 $2")
    date_and_time = moment.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    number = text.cast(pl.Int64, strict=False)
    seconds = date_and_time.dt.epoch("s")
    for pattern, unit in ((r"^\d{1,10}$", 1), *_UNITS):
        seconds = pl.when(text.str.contains(pattern)).then(number // unit).otherwise(seconds)
    return seconds.alias("rated_at")


def _implausible() -> pl.Expr:
    return pl.any_horizontal(
        pl.any_horizontal(pl.col(name).is_null() for name in ROW),
        ~pl.col("rating").is_between(LOWEST_RATING, HIGHEST_RATING).fill_null(value=False),
        ~pl.col("rated_at").is_between(0, LATEST, closed="left").fill_null(value=False),
    )
