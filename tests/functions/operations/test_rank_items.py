"""Given items in order: rows, NULLs, refusals; SageMaker in memory."""

from decimal import Decimal

import pytest

RATINGS = {"242": 4, "50": 4.5}


def test_a_request_for_orders_has_ratings_and_the_ids_of_items(api, films):
    reply = api.post(
        "/rank-items",
        [[0, "films", RATINGS, ["7", 50, 8.0]], [1, "films", None, []]],
    )
    assert [item["item_id"] for item in reply.values[0]["items"]] == ["8", "50", "7"]
    assert [item["rated"] for item in reply.values[0]["items"]] == [False, True, False]
    assert reply.values[1] == {"items": [], "training_job": "job"}
    ((_, payload),) = films.payloads
    assert payload["rank_items"] == {
        "ratings": [RATINGS, {}],
        "item_ids": [["7", "50", "8"], []],
    }


def test_a_refused_order_stays_in_its_row(api, films):
    values = api.post(
        "/rank-items",
        [
            [0, "films", RATINGS, ["1"]],
            [1, "films", {"50": 9}, ["1"]],
            [2, "films", [4], ["1"]],
            [3, "films", RATINGS, "1"],
            [4, "films", RATINGS, ["1", None]],
            [5, "films", RATINGS, [["1"]]],
            [6, "films", RATINGS, None],
            [7, None, RATINGS, ["1"]],
            [8, "films", RATINGS, ["1"] * 10_001],
            [9, "no-model", RATINGS, ["1"]],
        ],
    ).values
    assert [item["item_id"] for item in values[0]["items"]] == ["1"]
    assert [value["error"]["code"] for value in values[1:]] == [
        "InvalidRatings",
        "InvalidRatings",
        "InvalidItems",
        "InvalidId",
        "InvalidId",
        "NullArgument",
        "NullArgument",
        "InvalidItems",
        "UnknownModel",
    ]


def test_rows_of_ten_thousand_items_are_asked_one_by_one(api, films):
    items = [str(number) for number in range(10_000)]
    values = api.post("/rank-items", [[n, "films", RATINGS, items] for n in range(2)]).values
    assert [len(value["items"]) for value in values] == [10_000, 10_000]
    assert len(films.payloads) == 2


@pytest.mark.parametrize("item", [10, Decimal("10.0"), Decimal("1.0E+1")])
def test_numbers_are_ids_as_snowflake_prints_them(api, films, item):
    api.post("/rank-items", [[0, "films", {}, [float(item)]]])
    ((_, payload),) = films.payloads
    assert payload["rank_items"]["item_ids"] == [["10"]]
