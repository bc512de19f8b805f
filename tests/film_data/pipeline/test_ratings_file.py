import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from film_data.errors import DatasetError
from film_data.pipeline import ratings_file
from film_data.pipeline.files import SourceFile
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.ratings_lines import RatingsLayout

CSV = RatingsLayout(",", header=True)
HEADER = "userId,movieId,rating,timestamp\n"


def clean(
    text: str | bytes, layout: RatingsLayout = CSV
) -> tuple[list[tuple[object, ...]], Ledger]:
    ledger = Ledger()
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "ratings.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        cleaned = ratings_file.clean(SourceFile(path.name, path), layout, ledger, Path(scratch))
        return pl.read_parquet(cleaned).sort("user_id", "film_id").rows(), ledger


def test_good_rows_are_typed() -> None:
    rows, ledger = clean(f"{HEADER}1,31,2.5,1260759144\n1,1029,3.0,1260759179\n")
    assert rows == [(1, 31, 2.5, 1260759144), (1, 1029, 3.0, 1260759179)]
    assert ledger.close()["ratings"].loaded == 2
    assert ledger.rule_counts == {}


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("", "blank_line"),
        ("1,31,2.5", "field_count"),
        ("1,31,2.5,1260759144,x", "field_count"),
        ("x,31,2.5,1260759144", "user_id"),
        ("-1,31,2.5,1260759144", "user_id"),
        ("4294967296,31,2.5,1260759144", "user_id"),
        ("1,31.5,2.5,1260759144", "film_id"),
        ("1,,2.5,1260759144", "film_id"),
        ("1,31,0,1260759144", "rating_value"),
        ("1,31,5.5,1260759144", "rating_value"),
        ("1,31,nan,1260759144", "rating_value"),
        ("1,31,inf,1260759144", "rating_value"),
        ("1,31,four,1260759144", "rating_value"),
        ("1,31,2.5,-5", "rating_time"),
        ("1,31,2.5,4102444800", "rating_time"),
        ("1,31,2.5,2/3/2009", "rating_time"),
        ("1;31;2.5;1260759144", "field_count"),
    ],
)
def test_each_fault_has_its_rule_and_keeps_its_raw_text(line: str, rule: str) -> None:
    rows, ledger = clean(f"{HEADER}7,7,3,1\n{line}\n8,8,3,1\n")
    assert rows == [(7, 7, 3.0, 1), (8, 8, 3.0, 1)]
    rejected = ledger.rejected.rows(named=True)
    assert [(row["line"], row["rule"], row["raw_text"]) for row in rejected] == [(3, rule, line)]
    assert ledger.close()["ratings"].rejected == 1


@pytest.mark.parametrize(
    "line", ['"1","31","2.5","5"', " 1 ,31,2.5,5", "1.0,31.0,2.5,5.0", "1,31,2.5,5\r"]
)
def test_numbers_whose_value_is_certain_are_repaired(line: str) -> None:
    assert clean(f"{HEADER}{line}\n7,7,3,1\n")[0] == [(1, 31, 2.5, 5), (7, 7, 3.0, 1)]
    assert clean(f"{HEADER}7,7,3,1\n{line}\n")[0] == [(1, 31, 2.5, 5), (7, 7, 3.0, 1)]


def test_a_trailing_delimiter_is_ignored() -> None:
    assert clean(f"{HEADER}1,31,2.5,5,\n7,7,3,1\n")[0] == [(1, 31, 2.5, 5), (7, 7, 3.0, 1)]


def test_undecodable_bytes_reject_their_row_only() -> None:
    rows, ledger = clean(HEADER.encode() + b"1,3\xff1,2.5,5\n7,7,3,1\n")
    assert rows == [(7, 7, 3.0, 1)]
    assert ledger.rejected["raw_text"].to_list() == ["1,3\\xff1,2.5,5"]


def test_ratings_with_double_colons_are_read() -> None:
    layout = RatingsLayout("::", header=False)
    rows, ledger = clean("1::1193::5::978300760\n1:2::5::978300760\n1::661::3\n", layout)
    assert rows == [(1, 1193, 5.0, 978300760)]
    assert ledger.rejected["line"].to_list() == [2, 3]


def test_columns_are_found_by_name() -> None:
    columns = ("user_id", "film_id", "tmdb_id", "rating", "rated_at")
    layout = RatingsLayout(",", header=True, columns=columns)
    text = "userId,movieLensId,tmdbId,rating,timestamp\n92296,1228,1578,4.0,1249006253\n"
    assert clean(text, layout)[0] == [(92296, 1228, 4.0, 1249006253)]


def test_of_repeated_pairs_the_newest_counts_then_the_highest() -> None:
    lines = ["1,2,5.0,100", "1,2,3.0,300", "1,2,4.0,300", "1,3,1.0,1"]
    rows, ledger = clean(HEADER + "\n".join(lines))
    assert rows == [(1, 2, 4.0, 300), (1, 3, 1.0, 1)]
    merged = ledger.merged.select("line", "rule", "kept_line").sort("line").rows()
    assert merged == [(2, "rated_again", 4), (3, "rated_again", 4)]
    assert ledger.close()["ratings"].merged == 2


def test_a_file_without_any_rating_is_refused() -> None:
    with pytest.raises(DatasetError, match=r"No line of ratings.csv is a rating"):
        clean(f"{HEADER}a;b;c;d\ne;f;g;h\n")


def test_a_badly_damaged_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratings_file, "SUSPECT_LINES_LIMIT", 2)
    with pytest.raises(
        DatasetError, match=r"3 lines of ratings.csv are not as ratings are written"
    ):
        clean(f"{HEADER}1,2,3.0,4\nx\ny\nz\n")


@pytest.mark.parametrize(("lines", "is_cut"), [(3, False), (4, True), (5, False)])
def test_a_file_that_ends_where_spreadsheets_cut_files_off_is_noted(
    monkeypatch: pytest.MonkeyPatch, lines: int, is_cut: bool
) -> None:
    monkeypatch.setattr(ratings_file, "_SPREADSHEET_LINES", 4)
    rows = "".join(f"1,{number},3.0,4\n" for number in range(1, lines))
    _, ledger = clean(HEADER + rows)
    note = "ratings.csv ends at line 4, where a spreadsheet cuts a file off."
    assert ledger.notes == ([note] if is_cut else [])


rating = st.tuples(
    st.integers(0, 3), st.integers(0, 3), st.integers(1, 10).map(lambda n: n / 2), st.integers(0, 5)
)
broken = st.sampled_from(["", "x,1,1,1", "1,2,3", "1,1,9,1", '"1', "1,1,1,1,1", "\x00", "1;2;3;4"])


def lines_of(ratings: Sequence[tuple[int, int, float, int]]) -> list[str]:
    return [",".join(map(str, row)) for row in ratings]


@settings(deadline=None)
@given(st.lists(rating, min_size=1, max_size=12), st.lists(broken, max_size=4), st.randoms())
def test_order_repetition_and_broken_rows_change_nothing(
    ratings: list[tuple[int, int, float, int]], injected: list[str], chance: random.Random
) -> None:
    expected, _ = clean(HEADER + "\n".join(lines_of(ratings)))
    repeated = [*ratings, *chance.choices(ratings, k=3)]
    lines = [*lines_of(repeated), *injected]
    chance.shuffle(lines)
    rows, ledger = clean(HEADER + "\n".join(lines) + "\n")
    assert rows == expected
    count = ledger.close()["ratings"]
    assert (count.rows_in, count.rejected) == (len(lines), len(injected))
