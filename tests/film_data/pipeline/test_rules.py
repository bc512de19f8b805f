from collections import Counter
from pathlib import Path

import pytest

import film_data
from film_data import registry
from film_data.pipeline.rules import SHARED, Outcome, Rule, catalogue, emptied, noted, rejected

OWN = [
    rule
    for source in registry.all_sources()
    for rule in source.rules
    if rule not in SHARED.values()
]
#: The code without the packages' descriptions, which state the rules.
CODE = [
    path.read_text()
    for path in Path(film_data.__file__).parent.rglob("*.py")
    if path.name not in {"__init__.py", "rules.py"}
]


@pytest.mark.parametrize("rule", [*SHARED.values(), *OWN], ids=lambda rule: rule.name)
def test_a_rule_is_a_sentence_and_some_reader_applies_it(rule: Rule) -> None:
    name, sentence = rule.name, rule.sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    # `zero_budget` and its like are put together from the column's name.
    applied = {f'"{name}"', f'"{name.split("_")[0]}_{{column}}"'}
    assert any(quoted in text for text in CODE for quoted in applied)


def test_no_two_sources_state_a_rule_of_the_same_name() -> None:
    names = Counter([*SHARED, *(rule.name for rule in OWN)])
    assert set(names.values()) == {1}


def test_a_catalogue_is_in_the_order_of_outcomes_with_own_rules_behind_shared_ones() -> None:
    own = (*noted(odd="It is odd."), *rejected(worse="It is worse."))
    rules = list(catalogue(own).values())
    order = list(Outcome)
    assert rules == sorted(rules, key=lambda rule: order.index(rule.outcome))
    rejections = [rule.name for rule in rules if rule.outcome is Outcome.REJECTED]
    assert rejections[0] == "blank_line"
    assert rejections[-1] == "worse"
    assert rules[-1].name == "odd"


def test_a_shared_rule_stands_where_a_source_lists_it() -> None:
    own = (*emptied(strange="It is strange."), SHARED["date_invalid"])
    names = [rule.name for rule in catalogue(own).values() if rule.outcome is Outcome.EMPTIED]
    assert names.count("date_invalid") == 1
    assert names[-2:] == ["strange", "date_invalid"]
