"""Damaged and converted files of box office and credits: each row is placed, or shown as not."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from film_data.errors import DatasetError
from film_data.sources.blockbuster import reader as blockbuster
from film_data.sources.tmdb import reader as the_movies_dataset

Read = Callable[..., Any]

on_one_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)

BOX_OFFICE = (
    "title", "year", "rank_in_year", "worldwide_gross", "adjusted", "studio", "length",
    "imdb_rating", "rt_score", "rt_audience_score", "release_date", "rating",
)  # fmt: skip
#: The column of the raw table that a value goes into.
VALUES = {
    "worldwide_gross": "worldwide_gross_usd", "adjusted": "adjusted_gross_usd",
    "length": "runtime_minutes", "imdb_rating": "imdb_rating", "rt_score": "critics_score",
    "rt_audience_score": "audience_score", "release_date": "release_date", "studio": "studio",
    "rating": "certificate",
}  # fmt: skip
EMPTIED = {
    "amount_invalid", "number_invalid", "date_invalid", "missing_mark", "out_of_range",
}  # fmt: skip
#: What a spreadsheet, R, pandas or an accident may leave in a cell.
CELLS = st.sampled_from(
    ["", "7.7", "7,7", "136", "136.0", "1e+05", "1.15E+09", "$714,766,572.00 ", "714.766.572",
     "1234567,5", "NA", "#N/A", "NaN", "####", "-1", "99999999999999", "2014-04-04", "4-Apr-14",
     "04/04/2014", "3/4/2014", "x", '"', "a;b", "line\nbreak", "Infinity", "\x1a", "12:30"]
)  # fmt: skip
GOOD = ("$714,766,572.00 ", "$1.00 ", "Marvel", "136", "7.8", "7.5", "4.3", "4-Apr-14", "PG-13")


def text_of(
    columns: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str, end: str
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([columns, *rows])
    return text.getvalue().replace("\r\n", end).encode()


def films(count: int) -> list[list[str]]:
    """Whole rows of films of their own names, the best of 2014 first."""
    return [[f"Film {chr(65 + n)}", "2014", str(n + 1), *GOOD] for n in range(count)]


def made_of(read: Read, folder: Path, content: bytes) -> Any:
    (folder / "films.csv").write_bytes(content)
    return read(blockbuster.clean, folder)


DELIMITERS, ENDS = st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n", "\r"])


@on_one_folder
@given(st.lists(st.lists(CELLS, min_size=9, max_size=9), max_size=4), DELIMITERS, ENDS)
def test_every_value_of_a_box_office_is_kept_or_counted_by_a_rule(
    read: Read, tmp_path: Path, damaged: list[list[str]], delimiter: str, end: str
) -> None:
    rows = films(2) + [
        [f"Damaged {chr(65 + n)}", "2014", str(n), *cells] for n, cells in enumerate(damaged)
    ]
    made = made_of(read, tmp_path, text_of(BOX_OFFICE, rows, delimiter, end))
    count = made.counts["box_office"]
    assert (count.rows_in, count.loaded) == (len(rows), len(rows))
    loaded = {row["title"]: row for row in made.rows("blockbuster_films")}
    assert loaded.keys() == {row[0] for row in rows}
    lost = 0
    for (
        title,
        *_,
    ) in rows:
        written = dict(zip(BOX_OFFICE, next(row for row in rows if row[0] == title), strict=True))
        kept = loaded[title]
        lost += sum(
            bool(written[name].strip()) and kept[column] is None for name, column in VALUES.items()
        )
    told = sum(made.rules.get(rule, 0) for rule in EMPTIED)
    # a rule counts a row once, though it may have emptied several of its values
    assert lost / len(VALUES) <= told <= lost


MUTATIONS = st.tuples(
    st.integers(0, 200), st.sampled_from(['"', ",", "\n", '""', "\r\n", "", ";", "\xa0", "x,y,z"])
)


@on_one_folder
@given(st.integers(0, 5), st.lists(MUTATIONS, min_size=1, max_size=3), st.booleans())
def test_damage_in_one_row_of_a_box_office_takes_no_other(
    read: Read, tmp_path: Path, place: int, mutations: list[tuple[int, str]], cut: bool
) -> None:
    header, *lines = text_of(BOX_OFFICE, films(6), ",", "\n").decode().splitlines(keepends=True)
    broken = damaged(lines[place], mutations, cut=cut)
    text = "".join([header, *lines[:place], broken, *lines[place + 1 :]])
    made = made_of(read, tmp_path, text.encode())
    loaded = {row["title"] for row in made.rows("blockbuster_films")}
    others = {row[0] for n, row in enumerate(films(6)) if n != place}
    assert others <= loaded
    shown = "\n".join(made.cleaned.ledger.rejected["raw_text"])
    for part in filter(None, (part.strip() for part in broken.splitlines())):
        assert part in shown or len(loaded - others) > 0


def damaged(line: str, mutations: list[tuple[int, str]], *, cut: bool) -> str:
    """A line with texts put in the place of some of its characters; it keeps its end."""
    body = line.rstrip("\n")
    for position, text in mutations:
        at = position % (len(body) + 1)
        body = body[:at] + text + body[at + 1 :]
    return f"{body[: len(body) // 2] if cut else body}\n"


CAST = "[{'credit_id': '%s', 'character': 'Woody', 'gender': 2, 'id': 31, 'name': 'Tom Hanks'}]"
#: Lists of credits, and how many credits each holds; None for one that nobody can read.
LISTS: list[tuple[str, int | None]] = [
    ("[]", 0), ("", 0), (CAST, 1), (CAST.replace("'", '"'), 1), (CAST[:-1], None), ("x", None),
    (CAST.replace("31", "None"), 1), (CAST.replace("'Tom Hanks'", "''"), 1), ("[1, 2]", None),
    (CAST.replace("Woody", "l\u2019homme; \u00e0 \\'c\u00f4t\u00e9\\'"), 1), ("NA", None),
    (CAST.replace("Woody", "a\nb"), None), (CAST.replace("31", "31.0"), 1), ("None", None),
]  # fmt: skip
CREDITS = ("cast", "crew", "id")
READABLE = ("1", "2", "3", "4.0", "1e+05", "5")
IDS = st.sampled_from([*READABLE[:-1], "x", "", "NA", "2014-04-04", "-1"])


def write_films(folder: Path) -> None:
    columns = ("id", "original_title", "title", "vote_count")
    rows = [[str(number), f"Film {number}", f"Film {number}", "1"] for number in range(1, 6)]
    (folder / "movies_metadata.csv").write_bytes(text_of(columns, rows, ",", "\n"))


@on_one_folder
@given(
    st.lists(st.tuples(st.sampled_from(LISTS), st.sampled_from(LISTS), IDS), max_size=5),
    DELIMITERS,
    ENDS,
)
def test_every_credit_is_kept_or_counted_by_a_rule(
    read: Read,
    tmp_path: Path,
    found: list[tuple[tuple[str, int | None], tuple[str, int | None], str]],
    delimiter: str,
    end: str,
) -> None:
    write_films(tmp_path)
    rows = [[CAST % "first", "[]", "5"]] + [
        [filled(cast[0], f"a{n}"), filled(crew[0], f"b{n}"), id_]
        for n, (cast, crew, id_) in enumerate(found)
    ]
    (tmp_path / "credits.csv").write_bytes(text_of(CREDITS, rows, delimiter, end))
    made = read(the_movies_dataset.clean, tmp_path)
    count = made.counts["credits"]
    # without an id, the lines of a row are taken for rows, and each of them is shown
    lines = sum("\n".join(row).count("\n") - 2 for row in rows if row[2] not in READABLE)
    assert count.rows_in == len(rows) + lines
    assert count.balances
    shown = made.cleaned.ledger.rejected
    shown = shown.filter(shown["table_name"] == "credits")
    assert shown.height == count.rejected
    for cast, crew, _ in found:
        if cast[1] is None or crew[1] is None:
            assert shown.height
    merged_or_rejected = count.rejected + count.merged
    listed = 1 + sum((cast[1] or 0) + (crew[1] or 0) for cast, crew, _ in found)
    placed = len(made.rows("tmdb_credits")) + made.rules.get("credit_incomplete", 0)
    assert placed <= listed
    assert merged_or_rejected or placed == listed


def filled(text: str, credit_id: str) -> str:
    return text.replace("%s", credit_id)


@on_one_folder
@given(st.integers(0, 4), st.lists(MUTATIONS, min_size=1, max_size=3), st.booleans())
def test_damage_in_one_row_of_credits_takes_no_other(
    read: Read, tmp_path: Path, place: int, mutations: list[tuple[int, str]], cut: bool
) -> None:
    write_films(tmp_path)
    rows = [[CAST % f"c{number}", "[]", str(number)] for number in range(1, 6)]
    header, *lines = text_of(CREDITS, rows, ",", "\n").decode().splitlines(keepends=True)
    broken = damaged(lines[place], mutations, cut=cut)
    text = "".join([header, *lines[:place], broken, *lines[place + 1 :]])
    (tmp_path / "credits.csv").write_text(text, newline="")
    made = read(the_movies_dataset.clean, tmp_path)
    found = {row["credit_id"] for row in made.rows("tmdb_credits")}
    assert {f"c{number}" for number in range(1, 6) if number != place + 1} <= found


def test_credits_as_json_are_those_of_python(read: Read, tmp_path: Path) -> None:
    write_films(tmp_path)
    cast = [{"credit_id": "c", "character": "Woody", "gender": 2, "id": 31, "name": "Tom Hanks"}]
    for text in (CAST % "c", json.dumps(cast), json.dumps(cast, indent=1)):
        rows = [[text, "[]", "1"]]
        (tmp_path / "credits.csv").write_bytes(text_of(CREDITS, rows, ";", "\r\n"))
        made = read(the_movies_dataset.clean, tmp_path)
        assert [row["part"] for row in made.rows("tmdb_credits")] == ["Woody"]


@pytest.mark.parametrize("delimiter", ["~", " ", ":"])
def test_a_file_of_one_column_is_refused_in_a_sentence(
    read: Read, tmp_path: Path, delimiter: str
) -> None:
    with pytest.raises(DatasetError, match="has no edition of the Blockbuster database"):
        made_of(read, tmp_path, text_of(BOX_OFFICE, films(2), delimiter, "\n"))
