"""Files that went through another program mean what they meant, or say what was lost."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from film_data.errors import DatasetError
from film_data.pipeline.files import SourceFile
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.links import link
from film_data.pipeline.records import Record
from film_data.pipeline.report import TableCount
from film_data.pipeline.text_table import TextTable
from film_data.sources.movielens import SOURCE, tables
from film_data.sources.movielens import reader as movielens

Rows = list[dict[str, str]]

FILES: dict[str, Rows] = {
    "movies.csv": [
        {"movieId": "1", "title": "Toy Story (1995)", "genres": "Adventure|Animation"},
        {"movieId": "100000", "title": "NA (1996)", "genres": "(no genres listed)"},
    ],
    "ratings.csv": [
        {"userId": "1", "movieId": "1", "rating": "4.0", "timestamp": "964982703"},
        {"userId": "100000", "movieId": "1", "rating": "3.5", "timestamp": "1445714835"},
        {"userId": "1", "movieId": "100000", "rating": "0.5", "timestamp": "1000000000"},
    ],
    "links.csv": [
        {"movieId": "1", "imdbId": "0114709", "tmdbId": "862"},
        {"movieId": "100000", "imdbId": "10872600", "tmdbId": ""},
    ],
    "tags.csv": [{"userId": "1", "movieId": "1", "tag": "fun", "timestamp": "1445714994"}],
}
NUMBERS = {"userId", "movieId", "imdbId", "tmdbId", "timestamp"}


def written(
    rows: Rows, *, quoting: Literal[0, 1, 2, 3] = csv.QUOTE_MINIMAL, delimiter: str = ","
) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), quoting=quoting, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_published(rows: Rows) -> str:
    return written(rows)


def by_r(rows: Rows) -> str:
    """`write.csv`: numbered rows, quoted texts, NA, no leading zeros, 1e+05."""

    def number(text: str) -> str:
        digits = str(int(text)).rstrip("0") or "0"
        short = f"{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e+{len(str(int(text))) - 1:02d}"
        return min(str(int(text)), short, key=len)

    lines = [",".join(f'"{name}"' for name in ["", *rows[0]])]
    for position, row in enumerate(rows, 1):
        cells = [
            ("NA" if not text else number(text)) if name in NUMBERS else f'"{text}"'
            for name, text in row.items()
        ]
        lines.append(",".join([f'"{position}"', *cells]))
    return "\n".join(lines) + "\n"


def by_pandas(rows: Rows) -> str:
    """`to_csv` of columns that are floats, because a value is missing, with its index."""
    made = [
        {"": str(position)}
        | {
            name: f"{int(text)}.0" if name in NUMBERS and text else text
            for name, text in row.items()
        }
        for position, row in enumerate(rows)
    ]
    return written(made)


def by_pandas_with_times(rows: Rows) -> str:
    """`to_datetime(unit="s")` before `to_csv`, and other columns in another order."""
    made = [dict(reversed(row.items())) for row in rows]
    for row in made:
        if "timestamp" in row:
            moment = datetime.fromtimestamp(int(row["timestamp"]), tz=UTC)
            row["timestamp"] = f"{moment:%Y-%m-%d %H:%M:%S}"
    return written(made, quoting=csv.QUOTE_ALL)


def in_nanoseconds(rows: Rows) -> str:
    made = [dict(row) for row in rows]
    for row in made:
        if "timestamp" in row:
            row["timestamp"] += "0" * 9
    return written(made)


def by_a_spreadsheet(rows: Rows) -> str:
    """No leading zeros, `#N/A`, a mark of the byte order, and thousands in groups."""
    made = [
        {
            name: (f"{int(text):,}" if text else "#N/A") if name in {"imdbId", "tmdbId"} else text
            for name, text in row.items()
        }
        for row in rows
    ]
    return "\ufeff" + written(made)


def by_a_spreadsheet_in_europe(rows: Rows) -> str:
    """Semicolons, and commas in decimals."""
    made = [row | ({"rating": row["rating"].replace(".", ",")} if "rating" in row else {})
            for row in rows]  # fmt: skip
    return written(made, delimiter=";")


def with_tabs(rows: Rows) -> str:
    return written(rows, delimiter="\t")


def by_an_old_macintosh(rows: Rows) -> str:
    return written(rows).replace("\r\n", "\r")


PROGRAMS = [
    as_published, by_r, by_pandas, by_pandas_with_times, in_nanoseconds, by_a_spreadsheet,
    by_a_spreadsheet_in_europe, with_tabs, by_an_old_macintosh,
]  # fmt: skip


def made_of(read: Callable[..., Any], folder: Path, files: Mapping[str, str]) -> Any:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return read(movielens.clean, folder)


def tables_of(made: Any) -> dict[str, list[dict[str, Any]]]:
    return {table: sorted(made.rows(table), key=str) for table in made.cleaned.tables}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_file_means_the_same_after_any_program(
    read: Callable[..., Any], tmp_path: Path, program: Callable[[Rows], str]
) -> None:
    plain = {name: written(rows) for name, rows in FILES.items()}
    expected = tables_of(made_of(read, tmp_path / "plain", plain))
    files = {name: program(rows) for name, rows in FILES.items()}
    made = made_of(read, tmp_path / "converted", files)
    assert tables_of(made) == expected
    assert {name: count.loaded for name, count in made.counts.items()} == {
        "film": 2, "ratings": 3, "links": 2, "tags": 1,
    }  # fmt: skip
    timed = program in (by_pandas_with_times, in_nanoseconds)
    assert made.rules.get("time_converted", 0) == 4 * timed


CELLS = st.sampled_from(
    ["1", "1.0", "1e+00", "x", "", "NA", "0114709", "tt0114709", "1.15E+05", "-1", "99999999999",
     "N/A", "114709.0", "####", "2005-04-02", "1/2/2005", "nan", '"', "Infinity", "\x1a"]
)  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
def test_every_id_of_a_damaged_link_is_kept_or_counted_by_a_rule(
    damaged: list[tuple[str, str, str]],
) -> None:
    columns, ledger = ("movieId", "imdbId", "tmdbId"), Ledger(SOURCE.rules)
    table = TextTable("links", columns, tables.Links.dtypes(), link, limits=tables.Links.columns())
    records = [Record(2, ("2", "0113277", "949"), "")]
    records += [Record(line, cells, ",".join(cells)) for line, cells in enumerate(damaged, 3)]
    rows = table.read(SourceFile("links.csv", Path()), records, ledger)
    ledger.load("links", rows.height)
    assert ledger.close()["links"].rows_in == 1 + len(damaged)
    loaded = [cells for line, cells in enumerate(damaged, 3) if line in rows["line"]]
    lost = sum(bool(text) for cells in loaded for text in cells[1:])
    lost -= (
        rows.filter(pl.col("line") > 2)
        .select(pl.col("imdb_id", "tmdb_id").count())
        .sum_horizontal()
        .item()
    )
    counted = ("imdb_id_invalid", "missing_mark", "number_invalid", "out_of_range")
    told = sum(ledger.rule_counts.get(rule, 0) for rule in counted)
    # a rule counts a row once, though it may have emptied both ids
    assert lost / 2 <= told <= lost


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("2,N/A,949", "missing_mark"),
        ("2,1.13E+05,949", "imdb_id_invalid"),
        ("2,0113277,9.49E+05", "number_invalid"),
        ("2,0113277,99999999999", "out_of_range"),
        ("2,113277.0,949", "number_format"),
    ],
)
def test_one_odd_link_is_counted_and_refuses_no_load(
    read: Callable[..., Any], tmp_path: Path, line: str, rule: str
) -> None:
    files = {name: written(rows) for name, rows in FILES.items()}
    files["links.csv"] += f"{line}\n"
    made = made_of(read, tmp_path / "odd", files)
    assert made.counts["links"] == TableCount(3, 3, 0, 0)
    assert made.rules[rule] == 1


def test_a_column_of_which_no_value_can_be_read_is_an_error(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    files = {name: written(rows) for name, rows in FILES.items()}
    files["links.csv"] = "movieId,imdbId,tmdbId\n1,1.15E+05,862\n2,1.13E+05,949\n"
    with pytest.raises(DatasetError, match=r"No value of the column imdbId of links.csv can be"):
        made_of(read, tmp_path / "lost", files)


def test_a_film_of_an_impossible_year_is_loaded_without_it(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    files = {name: written(rows) for name, rows in FILES.items()}
    files["movies.csv"] += "3,Far Future (9999),Drama\n"
    made = made_of(read, tmp_path / "future", files)
    assert made.rows("movielens_films")[1]["release_year"] is None
    assert made.rules["out_of_range"] == 1


def test_days_and_months_are_told_apart_by_the_whole_file(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    files = {name: written(rows) for name, rows in FILES.items()}
    header = "userId,movieId,rating,timestamp\n"
    files["ratings.csv"] = f"{header}1,1,4,3/4/2005 23:53\n2,1,4,13/4/2005 1:02\n"
    made = made_of(read, tmp_path / "days-first", files)
    times = sorted(row["rated_at"] for row in made.rows("movielens_ratings"))
    assert [f"{datetime.fromtimestamp(time, tz=UTC):%d %b}" for time in times] == [
        "03 Apr", "13 Apr",
    ]  # fmt: skip
    assert made.rules["time_converted"] == 2
