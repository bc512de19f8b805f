from pathlib import Path

import pytest

import film_data
from film_data.errors import DatasetError
from film_data.pipeline.ledger import Ledger
from film_data.pipeline.report import Report, TableCount
from film_data.pipeline.rules import RULES, Outcome, Rule

READERS = [
    path.read_text()
    for path in Path(film_data.__file__).parent.rglob("*.py")
    if path.name != "rules.py"
]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_is_a_sentence_and_some_reader_applies_it(rule: Rule) -> None:
    name, sentence = rule.name, rule.sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    # `zero_budget` and its like are put together from the column's name.
    applied = {f'"{name}"', f'"{name.split("_")[0]}_{{column}}"'}
    assert any(quoted in text for text in READERS for quoted in applied)


def test_rows_that_do_not_add_up_stop_the_load() -> None:
    ledger = Ledger()
    ledger.read("film", 3)
    ledger.load("film", 1)
    ledger.reject("film", [{"file": "f", "line": 2, "rule": "film_id", "raw_text": "x"}])
    with pytest.raises(DatasetError, match=r"The rows of film do not add up: 3 were read, but 1"):
        ledger.close()


def test_a_rule_that_takes_rows_away_needs_the_rows() -> None:
    with pytest.raises(ValueError, match="takes rows away"):
        Ledger().apply("film_id")


def test_long_raw_texts_are_cut() -> None:
    ledger = Ledger()
    row = {"file": "f", "line": 2, "rule": "film_id", "raw_text": "x" * 20_000}
    ledger.reject("film", [row])
    assert ledger.rejected["raw_text"].str.len_chars().to_list() == [10_000]


def test_the_report_for_programs_and_for_people() -> None:
    report = Report(
        "movielens",
        "csv layout",
        {"film": TableCount(10, 7, 1, 2)},
        {"film_id": 2, "identical_row": 1, "year_missing": 0},
        ("A note.",),
    )
    document = report.as_json()
    assert document["tables"] == {"film": {"in": 10, "loaded": 7, "merged": 1, "rejected": 2}}
    assert [rule["name"] for rule in document["rules"]] == ["film_id", "identical_row"]
    text = report.as_text()
    assert f"  {RULES['film_id'].outcome}: {RULES['film_id'].sentence}" in text
    assert text.endswith("A note.")
    assert Outcome.MERGED in text
