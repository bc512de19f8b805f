"""Ratings files, the large ones, typed and checked by polars in a stream.

One pass turns good lines into Parquet with two integers, a float and a time each. A line that does
not parse comes out with nulls; only those lines are read again, by Python, to repair or reject.
Repeated pairs are found by sorting one 64-bit key per row, so that a file of any size needs some
20 bytes of memory per row.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline.files import SourceFile
from film_data.pipeline.ledger import Ledger, RejectedRow
from film_data.pipeline.ratings_lines import ROW, RatingsLayout, scan
from film_data.pipeline.schema import Schema
from film_data.pipeline.suspect_lines import Rating, SuspectLines

TABLE = "ratings"
#: Lines at which spreadsheets cut a file off.
_SPREADSHEET_LINES = 2**20
#: Lines that are read with care, a thousand times more slowly than the others.
SUSPECT_LINES_LIMIT = _SPREADSHEET_LINES
_CHUNK_BYTES = 4 * 1024 * 1024
_LINES_SAMPLED = 1_000

_LINE: Schema = {"line": pl.UInt32}


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
    file = with_usual_line_ends(file, scratch)
    typed = scratch / "ratings-typed.parquet"
    plain = replace(file, path=_without_quotes(file.path, layout, scratch))
    scan(plain, layout).sink_parquet(typed, compression="lz4")
    lines = pl.scan_parquet(typed)
    suspect = lines.filter("suspect").select("line").collect()["line"]
    rows = lines.select(pl.len()).collect().item()
    if suspect.len() == rows and not _any_rating(file, layout, suspect.head(_LINES_SAMPLED)):
        raise DatasetError(f"No line of {file.name} is a rating: give the right file, undamaged.")
    if suspect.len() > SUSPECT_LINES_LIMIT:
        raise DatasetError(
            f"{suspect.len():,} lines of {file.name} are not as ratings are written: give the "
            "file as its publisher made it."
        )
    ledger.read(TABLE, rows)
    if rows + layout.first_line - 1 == _SPREADSHEET_LINES:
        ledger.notes.append(
            f"{file.name} ends at line {_SPREADSHEET_LINES:,}, where a spreadsheet cuts a file off."
        )
    good = lines.filter(~pl.col("suspect"))
    _count_forms(good, ledger)
    repaired = _read_with_care(file, layout, suspect, ledger)
    good = pl.concat([good.select("line", *ROW), repaired.lazy()])
    losers = _merge(good, file, ledger)
    path = _write(good, losers, scratch)
    ledger.load(TABLE, rows - suspect.len() + repaired.height - losers.len())
    return path


def _count_forms(good: pl.LazyFrame, ledger: Ledger) -> None:
    counts = good.select(pl.col("formatted", "converted").sum()).collect().row(0)
    for rule, count in zip(("number_format", "time_converted"), counts, strict=True):
        if count:
            ledger.apply(rule, count)


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
    found = SuspectLines(file.path, layout).read(numbers.to_list())
    return any(isinstance(rating, Rating) for _, _, rating in found)


def with_usual_line_ends(file: SourceFile, scratch: Path) -> SourceFile:
    """The file itself, or a copy of one whose lines end as on old Macintoshes, by a CR alone."""
    with file.path.open("rb") as source:
        sample = source.read(_CHUNK_BYTES)
        if b"\n" in sample or b"\r" not in sample:
            return file
        copy = scratch / "ratings-with-usual-line-ends"
        source.seek(0)
        with copy.open("wb") as target:
            while chunk := source.read(_CHUNK_BYTES):
                target.write(chunk.replace(b"\r", b"\n"))
    return replace(file, path=copy)


def links(file: SourceFile, layout: RatingsLayout) -> pl.DataFrame:
    """The pairs of MovieLens's and TMDB's ids in ratings that have both; one per film."""
    numbers = scan(file, layout, tmdb_id=pl.UInt32).filter(~pl.col("suspect"))
    return (
        numbers.select(pl.col("film_id", "tmdb_id").cast(pl.Int64))
        .drop_nulls()
        .group_by("film_id")
        .agg(pl.col("tmdb_id").min())
        .with_columns(imdb_id=pl.lit(None, dtype=pl.String))
        .sort("film_id")
        .collect()
    )


def _read_with_care(
    file: SourceFile, layout: RatingsLayout, suspect: pl.Series, ledger: Ledger
) -> pl.DataFrame:
    """Of the suspect lines, the ratings whose value is certain; the others are rejected."""
    repaired, rejected, applied = [], [], Counter[str]()
    for line, raw, rating in SuspectLines(file.path, layout).read(suspect.to_list()):
        if isinstance(rating, str):
            rejected.append(RejectedRow(file.name, line, rating, raw))
        else:
            repaired.append((line, *rating.values))
            applied.update(rating.applied)
    ledger.reject(TABLE, rejected)
    for rule, count in applied.items():
        ledger.apply(rule, count)
    return pl.DataFrame(repaired, schema=_LINE | ROW, orient="row")


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
