import pytest

from film_data.errors import DatasetError
from film_data.pipeline.ledger import Ledger, RejectedRow
from film_data.pipeline.rules import noted


def test_rows_that_do_not_add_up_stop_the_load() -> None:
    ledger = Ledger()
    ledger.read("film", 3)
    ledger.load("film", 1)
    ledger.reject("film", [RejectedRow("f", 2, "film_id", "x")])
    with pytest.raises(DatasetError, match=r"The rows of film do not add up: 3 were read, but 1"):
        ledger.close()


def test_a_rule_that_takes_rows_away_needs_the_rows() -> None:
    with pytest.raises(ValueError, match="takes rows away"):
        Ledger().apply("film_id")


def test_a_rule_that_the_source_does_not_state_is_refused() -> None:
    with pytest.raises(ValueError, match="states no rule tag_missing"):
        Ledger().reject("tags", [RejectedRow("f", 2, "tag_missing", "x")])


def test_long_raw_texts_are_cut() -> None:
    ledger = Ledger()
    ledger.reject("film", [RejectedRow("f", 2, "film_id", "x" * 20_000)])
    assert ledger.rejected["raw_text"].str.len_chars().to_list() == [10_000]


def test_rules_are_listed_in_the_order_of_reports_and_only_when_they_were_applied() -> None:
    ledger = Ledger(noted(odd="It is odd.", even="It is even."))
    ledger.apply("odd", 2)
    ledger.apply("even", 0)
    ledger.apply("number_format")
    assert [(rule.name, count) for rule, count in ledger.rules] == [
        ("number_format", 1),
        ("odd", 2),
    ]
    assert ledger.rule_counts == {"number_format": 1, "odd": 2}
