import math
from pathlib import Path

import polars as pl
import pytest

from film_data.errors import DatasetError
from film_data.pipeline import columns, row_checks
from film_data.pipeline.raw_table import RawTable


class Tags(RawTable, name="toy_tags", key=("film_id", "tag")):
    """One row per film and tag."""

    film_id: pl.Int64 = columns.identifier()
    tag: pl.String = columns.text()
    tagged_at: pl.Int64 = columns.seconds(nullable=True)
    imdb_id: pl.String = columns.imdb_id()
    weight: pl.Float64 = columns.decimal(0, 1)


NOTHING = (None,) * len(Tags.dtypes())


def check(path: Path, *rows: tuple[object, ...]) -> None:
    whole = [(*row, *NOTHING[len(row) :]) for row in rows]
    pl.DataFrame(whole, schema=Tags.dtypes(), orient="row").write_parquet(path / "rows.parquet")
    row_checks.check(Tags, path / "rows.parquet")


def test_rows_as_described_are_accepted(tmp_path: Path) -> None:
    check(tmp_path, (1, "a", 5), (1, "b", None), (2, "a", 5, "tt0114709", 0.5))
    check(tmp_path)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ((-1, "a", 5), "film_id"),
        ((2**32, "a", 5), "film_id"),
        ((1, "", 5), "tag"),
        ((1, None, 5), "tag"),
        ((None, "a", 5), "film_id"),
        ((1, "a", -1), "tagged_at"),
        ((1, "a", 5, "tt1"), "imdb_id"),
        ((1, "a", 5, None, 1.5), "weight"),
        ((1, "a", 5, None, math.nan), "weight"),
    ],
)
def test_a_value_that_is_not_as_described_stops_the_load(
    tmp_path: Path, row: tuple[object, ...], column: str
) -> None:
    sentence = f"The cleaned rows of toy_tags break their schema.*{column}"
    with pytest.raises(DatasetError, match=sentence):
        check(tmp_path, (2, "a", 5, "tt0114709", 0.5), row)


def test_a_key_that_occurs_twice_stops_the_load(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="not unique"):
        check(tmp_path, (1, "a", 5), (1, "a", 6))


def test_a_column_that_is_not_described_stops_the_load(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    rows = pl.DataFrame([(1, "a", 5, None, None)], schema=Tags.dtypes(), orient="row")
    rows.with_columns(more=pl.lit(1)).write_parquet(path)
    with pytest.raises(DatasetError, match="more"):
        row_checks.check(Tags, path)


def test_columns_of_a_parent_come_first() -> None:
    class Dated(Tags, name="toy_dated_tags", key=("film_id",)):
        """One row per film."""

        seen: pl.Boolean = columns.flag()

    assert list(Dated.columns()) == [*Tags.columns(), "seen"]
    assert list(Tags.columns()) == ["film_id", "tag", "tagged_at", "imdb_id", "weight"]
