"""Groups: members in either form, NULLs, refusals; SageMaker in memory."""

import pytest

PLAIN = {"242": 4, "50": 4.5}
DESCRIBED = {"ratings": {"7": 5}, "filters": {"exclude_genres": ["Horror"]}}


def test_members_reach_the_model_in_one_form(api, films):
    reply = api.post(
        "/recommend-group",
        [
            [0, "films", [PLAIN, DESCRIBED, {}, None, {"filters": {}}], 2, {"rule": "average"}],
            [1, "films", [{"ratings": None}], 1, None],
        ],
    )
    assert [len(value["recommendations"]) for value in reply.values] == [2, 1]
    ((_, payload),) = films.payloads
    empty: dict[str, dict[str, float]] = {"ratings": {}, "filters": {}}
    assert payload["recommend_group"] == {
        "members": [
            [{"ratings": PLAIN}, DESCRIBED, {"ratings": {}}, {"ratings": {}}, empty],
            [empty],
        ],
        "counts": [2, 1],
        "filters": [{"rule": "average"}, {}],
    }


def test_an_item_may_be_called_ratings(api, films):
    api.post("/recommend-group", [[0, "films", [{"ratings": 4, "filters": 2}], 1, None]])
    ((_, payload),) = films.payloads
    assert payload["recommend_group"]["members"] == [[{"ratings": {"ratings": 4, "filters": 2}}]]


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        (["films", [], 1, None], "InvalidMembers", "a list of 1 to 50 objects"),
        (["films", [PLAIN] * 51, 1, None], "InvalidMembers", "a list of 1 to 50 objects"),
        (["films", PLAIN, 1, None], "InvalidMembers", "a list of 1 to 50 objects"),
        (["films", [PLAIN, [1]], 1, None], "InvalidMembers", "Member 1: The ratings must be"),
        (["films", [{"50": "4"}], 1, None], "InvalidMembers", "Member 0: The rating of '50'"),
        (["films", [{"ratings": [4]}], 1, None], "InvalidMembers", "Member 0: The ratings must be"),
        (["films", [{"filters": ["a"]}], 1, None], "InvalidMembers", "Member 0: The filters must"),
        (["films", [PLAIN], 0, None], "InvalidCount", "from 1 to 1000"),
        (["films", [PLAIN], 1, ["Horror"]], "InvalidFilters", "must be an object"),
        (["films", None, 1, None], "NullArgument", "must not be NULL"),
        (["films", [PLAIN], None, None], "NullArgument", "must not be NULL"),
        (["films", [{"50": 9}], 1, None], "RefusedByModel", "Member 0: The rating must be 1 to 5."),
    ],
)
def test_a_refused_group_stays_in_its_row(api, films, row, code, message):
    good, refused = api.post("/recommend-group", [[0, "films", [PLAIN], 1, None], [1, *row]]).values
    assert len(good["recommendations"]) == 1
    assert refused["error"]["code"] == code
    assert message in refused["error"]["message"]
