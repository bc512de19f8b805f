"""Ratings files, the large ones, typed and checked by polars in a stream.

One pass turns good lines into Parquet with two integers, a float and a time each. A line that does
not parse comes out with nulls; only those lines are read again, by Python, to repair or reject.
Repeated pairs are found by sorting one 64-bit key per row, so that a file of any size needs some
20 bytes of memory per row.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline.columns import HIGHEST_RATING, LARGEST_ID, LATEST, LOWEST_RATING
from film_data.pipeline.files import SourceFile
from film_data.pipeline.ledger import Ledger, RejectedRow
from film_data.pipeline.raw_table import RatingsTable
from film_data.pipeline.records import printable
from film_data.pipeline.schema import Schema

TABLE = "ratings"
#: Lines that are read with care, a thousand times more slowly than the others.
SUSPECT_LINES_LIMIT = 1_000_000
_CHUNK_BYTES = 4 * 1024 * 1024
_LINES_SAMPLED = 1_000

_NUMBER = re.compile(r"\d{1,15}(\.\d{0,15})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,15}(\.0)?", re.ASCII)

ROW = RatingsTable.dtypes()
#: Names of the columns in files with a header.
RATING_COLUMNS = {
    "userId": "user_id",
    "movieId": "film_id",
    "rating": "rating",
    "timestamp": "rated_at",
}
_LINE: Schema = {"line": pl.UInt32}


@dataclass(frozen=True)
class RatingsLayout:
    """Layout of a ratings file: delimiter, columns in their order, header or not."""

    delimiter: str
    header: bool
    columns: tuple[str, ...] = ("user_id", "film_id", "rating", "rated_at")

    @property
    def first_line(self) -> int:
        """Number of the first line with a rating."""
        return 2 if self.header else 1


def clean(file: SourceFile, layout: RatingsLayout, ledger: Ledger, scratch: Path) -> Path:
    """Write the ratings that count as a Parquet file, and account for all others.

    Args:
        file: The ratings.
        layout: How they are written.
        ledger: Receives the counts, the rejected and the merged rows.
        scratch: Folder for the Parquet file.

    Returns:
        A file with `user_id`, `film_id`, `rating` and `rated_at` (seconds since 1970).

    Raises:
        DatasetError: The file is none of ratings, or badly damaged.
    """
    typed = scratch / "ratings-typed.parquet"
    plain = SourceFile(file.name, _without_quotes(file.path, layout, scratch))
    _scan(plain, layout).sink_parquet(typed, compression="lz4")
    lines = pl.scan_parquet(typed)
    suspect = lines.filter("suspect").select("line").collect()["line"]
    rows = lines.select(pl.len()).collect().item()
    if suspect.len() == rows and not _any_rating(file, layout, suspect.head(_LINES_SAMPLED)):
        raise DatasetError(f"No line of {file.name} is a rating: give the right file, undamaged.")
    if suspect.len() > SUSPECT_LINES_LIMIT:
        raise DatasetError(
            f"{suspect.len():,} lines of {file.name} are no ratings: give the right file, "
            "undamaged."
        )
    ledger.read(TABLE, rows)
    repaired = _read_with_care(file, layout, suspect, ledger)
    good = pl.concat([lines.filter(~pl.col("suspect")).drop("suspect"), repaired.lazy()])
    losers = _merge(good, file, ledger)
    path = _write(good, losers, scratch)
    ledger.load(TABLE, rows - suspect.len() + repaired.height - losers.len())
    return path


def _without_quotes(path: Path, layout: RatingsLayout, scratch: Path) -> Path:
    """The file itself, or a copy without quotes when it has some: numbers need none."""
    with path.open("rb") as source:
        start = [next(source, b"") for _ in range(layout.first_line)]
        if b'"' not in start[-1]:
            return path
        copy = scratch / "ratings-without-quotes"
        source.seek(0)
        with copy.open("wb") as target:
            while chunk := source.read(_CHUNK_BYTES):
                target.write(chunk.replace(b'"', b""))
    return copy


def _any_rating(file: SourceFile, layout: RatingsLayout, numbers: pl.Series) -> bool:
    lines = _raw_lines(file.path, numbers.to_list())
    return any(not isinstance(_values(raw, layout), str) for _, raw in lines)


def links(file: SourceFile, layout: RatingsLayout) -> pl.DataFrame:
    """The pairs of MovieLens's and TMDB's ids in ratings that have both; one per film."""
    numbers = _scan(file, layout, tmdb_id=pl.UInt32).filter(~pl.col("suspect"))
    return (
        numbers.select(pl.col("film_id", "tmdb_id").cast(pl.Int64))
        .drop_nulls()
        .group_by("film_id")
        .agg(pl.col("tmdb_id").min())
        .with_columns(imdb_id=pl.lit(None, dtype=pl.String))
        .sort("film_id")
        .collect()
    )


def _scan(file: SourceFile, layout: RatingsLayout, **further: type[pl.DataType]) -> pl.LazyFrame:
    """All lines, typed; `suspect` marks those that are not certain to be a rating as they stand."""
    schema: Schema = {}
    for position, name in enumerate(layout.columns):
        # polars splits at single characters: a `::` is two with nothing between
        if position and len(layout.delimiter) > 1:
            schema[f"gap_{position}"] = pl.String
        schema[name] = (ROW | further).get(name, pl.String)
    schema["more"] = pl.String
    gaps = [pl.col(name).is_not_null() for name in schema if name.startswith(("gap_", "more"))]
    return (
        pl.scan_csv(
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
        )
        .with_columns(suspect=pl.any_horizontal(_implausible(), *gaps))
        .select("line", *ROW, *further, "suspect")
    )


def _implausible() -> pl.Expr:
    return pl.any_horizontal(
        pl.any_horizontal(pl.col(name).is_null() for name in ROW),
        ~pl.col("rating").is_between(LOWEST_RATING, HIGHEST_RATING).fill_null(value=False),
        ~pl.col("rated_at").is_between(0, LATEST, closed="left").fill_null(value=False),
    )


def _read_with_care(
    file: SourceFile, layout: RatingsLayout, suspect: pl.Series, ledger: Ledger
) -> pl.DataFrame:
    """Of the suspect lines, the ratings whose value is certain; the others are rejected."""
    repaired, rejected = [], []
    for line, raw in _raw_lines(file.path, suspect.to_list()):
        values = _values(raw, layout)
        if isinstance(values, str):
            rejected.append(RejectedRow(file.name, line, values, raw))
        else:
            repaired.append((line, *values))
    ledger.reject(TABLE, rejected)
    if repaired:
        ledger.apply("number_format", len(repaired))
    return pl.DataFrame(repaired, schema=_LINE | ROW, orient="row")


def _raw_lines(path: Path, numbers: list[int]) -> Iterator[tuple[int, str]]:
    if not numbers:
        return
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        at = 1
        for number in numbers:
            yield number, printable(next(islice(lines, number - at, None)))
            at = number + 1


def _values(raw: str, layout: RatingsLayout) -> tuple[int, int, float, int] | str:
    """The rating in a line, or the name of the rule that it breaks."""
    if not raw.strip():
        return "blank_line"
    texts = [text.strip().strip('"').strip() for text in raw.split(layout.delimiter)]
    if len(texts) != len(layout.columns):
        return "field_count"
    field = dict(zip(layout.columns, texts, strict=True))
    user_id = _whole(field["user_id"], LARGEST_ID)
    film_id = _whole(field["film_id"], LARGEST_ID)
    rating, rated_at = _rating(field["rating"]), _whole(field["rated_at"], LATEST - 1)
    if user_id is not None and film_id is not None and rating is not None and rated_at is not None:
        return user_id, film_id, rating, rated_at
    checks = {"user_id": user_id, "film_id": film_id, "rating_value": rating}
    return next((rule for rule, value in checks.items() if value is None), "rating_time")


def _rating(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    return value if LOWEST_RATING <= (value := float(text)) <= HIGHEST_RATING else None


def _whole(text: str, largest: int) -> int | None:
    if not _WHOLE.fullmatch(text):
        return None
    return value if (value := int(text.removesuffix(".0"))) <= largest else None


def _merge(good: pl.LazyFrame, file: SourceFile, ledger: Ledger) -> pl.Series:
    """Merge rows of the same user and film; return the lines that go."""
    repeated = _repeated_keys(good)
    if not repeated.size:
        return pl.Series("line", [], dtype=pl.UInt32)
    groups = (
        good.with_columns(key=_key())
        .join(pl.LazyFrame({"key": repeated}), on="key", how="semi")
        .collect(engine="streaming")
        .sort("key", "rated_at", "rating", "line", descending=[False, True, True, False])
        .with_columns(kept_line=pl.col("line").first().over("key"))
        .filter(pl.col("line") != pl.col("kept_line"))
    )
    ledger.merge(
        TABLE,
        groups.select(
            "line", "kept_line", file=pl.lit(file.name), kept_file=pl.lit(file.name),
            rule=pl.lit("rated_again"),
        ),
    )  # fmt: skip
    return groups["line"]


def _key() -> pl.Expr:
    return pl.col("user_id").cast(pl.UInt64) * 2**32 + pl.col("film_id").cast(pl.UInt64)


def _repeated_keys(good: pl.LazyFrame) -> npt.NDArray[np.uint64]:
    keys = good.select(key=_key()).collect(engine="streaming")["key"].to_numpy(writable=True)
    keys.sort()
    return np.unique(keys[1:][keys[1:] == keys[:-1]])


def _write(good: pl.LazyFrame, losers: pl.Series, scratch: Path) -> Path:
    kept = good.filter(~pl.col("line").is_in(losers.implode())) if losers.len() else good
    path = scratch / "ratings.parquet"
    kept.select(*ROW).sink_parquet(path, compression="zstd")
    return path
