"""Verbs beside recommend: SQL and REST give the same answers; a bad row says so in its place."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from integrator import Integrator

from local.supervisor import RunningStack

RATINGS = {"i0": 5, "i2": 4.5, "i1": 1}
MEMBERS = [RATINGS, {"ratings": {"i3": 5}, "filters": {"exclude_items": ["i4"]}}]
MANY = [f"i{number % 45}" for number in range(10_000)]

#: Function: path, and rows of arguments after the model.
CALLS: dict[str, tuple[str, list[list[Any]]]] = {
    "rank_items": (
        "/rank-items",
        [[RATINGS, ["i7", "i2", "unseen"]], [None, ["i1", "i0"]], [RATINGS, MANY], [RATINGS, None]],
    ),
    "recommend_group": (
        "/recommend-group",
        [
            [MEMBERS, 3, {"rule": "average"}],
            [[{}], 3, None],
            [[RATINGS] * 50, 2, None],
            [[], 3, None],
            [[{"i0": 99}], 3, None],
        ],
    ),
    "similar_items": ("/similar-items", [["i0", 3], ["i1", 1000], ["unseen", 3], [None, 3]]),
    "find_items": ("/find-items", [["a robot", 3], ["🤖", 1], ["a" * 30_000, 1], ["x", None]]),
}


@pytest.fixture(scope="module")
def integrator(stack: RunningStack | None) -> Iterator[Integrator]:
    if stack is None:
        pytest.skip("asks the local gateway")
    found = Integrator(stack.stack)
    yield found
    found.client.close()


def sql_of(value: Any) -> str:
    """A value as SQL makes it of JSON; a text and a NULL as they are."""
    if isinstance(value, dict | list):
        kind = "object" if isinstance(value, dict) else "array"
        return f"parse_json($${json.dumps(value)}$$)::{kind}"
    return "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)


@pytest.mark.parametrize("function", CALLS)
def test_sql_and_rest_give_the_same_answers(
    analyst: Any, integrator: Integrator, model: str, function: str
) -> None:
    path, rows = CALLS[function]
    asked = [[number, model, *row] for number, row in enumerate(rows)]
    over_rest = integrator.post(path, asked).values
    in_sql = [
        analyst.answer(f"select {function}('{model}', {', '.join(map(sql_of, row))})")
        for row in rows
    ]
    assert in_sql == over_rest
    # whether the model knows words depends on what the stack has loaded
    assert "error" not in over_rest[0] or function == "find_items"


def test_ten_thousand_items_come_back_in_their_row(analyst: Any, model: str) -> None:
    statement = (
        "select array_size(answer:items), array_size(answer:unknown_items) from (select"
        f" rank_items('{model}', null, (select array_agg('i' || seq4())"
        " from table(generator(rowcount => 10000)))) as answer)"
    )
    assert analyst.rows(statement) == [(40, 9960)]


def test_one_item_too_many_is_refused_in_its_row(analyst: Any, model: str) -> None:
    statement = (
        f"select rank_items('{model}', null,"
        " (select array_agg('x' || seq4()) from table(generator(rowcount => 10001))))"
    )
    assert analyst.answer(statement)["error"]["code"] == "InvalidItems"
