"""Neighbours and finds: rows, NULLs, refusals; SageMaker in memory."""

import pytest


def test_neighbours_are_asked_by_item_and_number(api, films):
    reply = api.post("/similar-items", [[0, "films", 7.0, 2], [1, "films", "7", 1]])
    assert [len(value["similar_items"]) for value in reply.values] == [2, 1]
    ((_, payload),) = films.payloads
    assert payload["similar_items"] == {"item_ids": ["7", "7"], "counts": [2, 1]}


def test_finds_are_asked_by_text_and_number(api, films):
    reply = api.post("/find-items", [[0, "films", "a robot", 2], [1, "films", "🤖", 1]])
    assert [len(value["items"]) for value in reply.values] == [2, 1]
    ((_, payload),) = films.payloads
    assert payload["find_items"] == {"texts": ["a robot", "🤖"], "counts": [2, 1]}


@pytest.mark.parametrize(
    ("path", "row", "code"),
    [
        ("/similar-items", ["films", "unknown", 1], "UnknownItem"),
        ("/similar-items", ["films", ["7"], 1], "InvalidId"),
        ("/similar-items", ["films", "7", 0], "InvalidCount"),
        ("/similar-items", ["films", "7", 1001], "InvalidCount"),
        ("/similar-items", ["films", None, 1], "NullArgument"),
        ("/similar-items", [None, "7", 1], "NullArgument"),
        ("/similar-items", ["no-model", "7", 1], "UnknownModel"),
        ("/find-items", ["films", "unknown", 1], "RefusedByModel"),
        ("/find-items", ["films", 7, 1], "InvalidText"),
        ("/find-items", ["films", ["a"], 1], "InvalidText"),
        ("/find-items", ["films", "\ud800", 1], "InvalidText"),
        ("/find-items", ["films", "a" * 1_000_000, 1], "InvalidText"),
        ("/find-items", ["films", "a", 1.5], "InvalidCount"),
        ("/find-items", ["films", None, 1], "NullArgument"),
        ("/find-items", ["films", "a", None], "NullArgument"),
    ],
)
def test_a_refused_row_stays_beside_the_others(api, films, path, row, code):
    good, refused = api.post(path, [[0, "films", "7", 1], [1, *row]]).values
    assert "error" not in good
    assert refused["error"]["code"] == code
    assert "\n" not in refused["error"]["message"]
