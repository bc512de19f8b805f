"""Ratings of the moment: rows, NULLs, refusals; SageMaker in memory."""

import pytest

RATINGS = {"242": 4, "50": 4.5}


def test_estimates_are_the_models_for_these_ratings(api, films):
    reply = api.post(
        "/estimate-for",
        [[0, "films", RATINGS, 7], [1, "films", {}, "7"], [2, "films", RATINGS, 7.0]],
    )
    assert reply.status == 200
    assert reply.values[0] == reply.values[2] != reply.values[1]
    ((_, payload),) = films.payloads
    assert payload["estimate_for"] == {
        "ratings": [RATINGS, {}, RATINGS],
        "item_ids": ["7", "7", "7"],
    }


@pytest.mark.parametrize("position", [1, 2, 3])
def test_estimate_for_null_is_null_without_a_call(api, films, position):
    row = [0, "films", RATINGS, "7"]
    row[position] = None
    assert api.post("/estimate-for", [row]).body == {"data": [[0, None]]}
    assert films.calls == []


def test_a_rating_that_the_model_refuses_fails_a_float(api, films):
    reply = api.post("/estimate-for", [[0, "films", RATINGS, 7], [1, "films", {"50": 9}, 7]])
    assert (reply.status, reply.code) == (400, "InvalidRatings")


def test_a_request_for_lists_has_ratings_counts_and_filters(api, films):
    filters = {"exclude_genres": ["Horror"], "years": [1980, 1999]}
    reply = api.post(
        "/recommend-for",
        [[0, "films", RATINGS, 2, filters], [1, "films", None, 1, None]],
    )
    assert [len(value["recommendations"]) for value in reply.values] == [2, 1]
    ((_, payload),) = films.payloads
    assert payload["recommend_for"] == {
        "ratings": [RATINGS, {}],
        "counts": [2, 1],
        "filters": [filters, {}],
    }


def test_a_refused_list_stays_in_its_row(api, films):
    good, by_model, ratings, filters, count, null = api.post(
        "/recommend-for",
        [
            [0, "films", RATINGS, 1, None],
            [1, "films", {"50": 9}, 1, None],
            [2, "films", [4], 1, None],
            [3, "films", RATINGS, 1, ["Horror"]],
            [4, "films", RATINGS, 0, None],
            [5, "films", RATINGS, None, None],
        ],
    ).values
    assert len(good["recommendations"]) == 1
    codes = [value["error"]["code"] for value in (by_model, ratings, filters, count, null)]
    assert codes == [
        "RefusedByModel",
        "InvalidRatings",
        "InvalidFilters",
        "InvalidCount",
        "NullArgument",
    ]
    assert by_model["error"]["message"] == "The rating must be 1 to 5."


@pytest.mark.parametrize("ratings", [{"50": "4"}, {"50": True}, {"50": None}, "4", 4])
def test_ratings_that_are_no_numbers_are_refused_without_a_call(api, films, ratings):
    (value,) = api.post("/recommend-for", [[0, "films", ratings, 1, None]]).values
    assert value["error"]["code"] == "InvalidRatings"
    assert films.calls == []


def test_huge_numbers_reach_the_model_as_numbers(api, films):
    (value,) = api.post("/recommend-for", [[0, "films", {"50": 10**400}, 1, None]]).values
    assert value["error"]["code"] == "RefusedByModel"
