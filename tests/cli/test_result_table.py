"""Results printed for programs."""

import json
from datetime import date, datetime
from decimal import Decimal

from rich.console import Console

from cli.result_table import as_csv, as_json, as_table


def test_csv_quotes_and_leaves_null_empty() -> None:
    text = as_csv(["id", "title"], [("1", 'Say "cheese", please'), ("2", None)])
    assert text == 'id,title\n1,"Say ""cheese"", please"\n2,\n'


def test_json_keeps_numbers_and_dates() -> None:
    rows = [(Decimal(3), Decimal("3.5"), date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), None)]  # noqa: DTZ001
    shown = json.loads(as_json(["a", "b", "c", "d", "e"], rows))
    assert shown == [{"a": 3, "b": 3.5, "c": "2026-01-02", "d": "2026-01-02T03:04:00", "e": None}]


def test_json_of_no_rows_is_an_empty_list() -> None:
    assert json.loads(as_json(["a"], [])) == []


def test_json_spells_what_json_has_no_word_for_as_text() -> None:
    text = as_json(["a", "b", "c"], [(float("nan"), float("-inf"), bytearray(b"\xff\x01"))])
    assert json.loads(text) == [{"a": "NaN", "b": "-inf", "c": "FF01"}]


def test_tables_show_markup_and_emoji_codes_as_they_are() -> None:
    titles = ["[REC] [/bold]", "root:x:0", "[red]Tape"]
    console = Console(width=80)
    with console.capture() as capture:
        console.print(as_table(["[title]"], [(title,) for title in titles]))
    assert all(text in capture.get() for text in ["[title]", *titles])
