"""Recommender: lists and estimates of the deployed model, and what stands in for them."""

import json
from datetime import date

import pytest
from webapp.accounts.viewer import Viewer
from webapp.exposures.events import Source
from webapp.recommendations import queries
from webapp.recommendations.recommender import Recommender
from webapp.taste.taste import Preferences, Taste
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError


def viewer_with(viewer_id):
    return Viewer(
        viewer_id=viewer_id,
        name="Ann",
        email="ann@example.org",
        country="FR",
        birth_date=date(1990, 1, 1),
        language="en",
    )


def test_a_batch_of_estimates_equals_single_ones(recommender, warehouse):
    ids = ["1", "2", "39", "no such film"]
    found = recommender.estimates("u3", {}, ids)
    assert found.error is None
    for film_id in ids:
        rows = warehouse.rows("select invoke_model('small-model', 'u3', ?) as stars", film_id)
        assert found.stars[film_id] == pytest.approx(rows[0]["stars"])
    assert recommender.estimates("u3", {}, []).stars == {}


def test_estimates_follow_the_ratings_of_the_moment(recommender, warehouse):
    ratings = {"1": 5.0, "4": 5.0, "2": 0.5}
    found = recommender.estimates("nobody yet", ratings, ["7", "8"])
    for film_id in ("7", "8"):
        rows = warehouse.rows(
            "select estimate_for('small-model', parse_json(?)::object, ?) as stars",
            json.dumps(ratings | {"2": 2.0}),  # the data's scale begins at two stars
            film_id,
        )
        assert found.stars[film_id] == pytest.approx(rows[0]["stars"])
    loved = recommender.estimates("nobody yet", {"1": 5.0, "4": 5.0}, ["7"]).stars["7"]
    hated = recommender.estimates("nobody yet", {"1": 2.0, "4": 2.0}, ["7"]).stars["7"]
    assert loved > hated


def test_the_model_recommends_by_the_ratings_of_the_moment(recommender, warehouse, new_viewer):
    viewer, _ = new_viewer()
    never = Preferences(never=frozenset({"Horror"}))
    taste = Taste(never, {"1": 5.0, "4": 5.0}, frozenset({"13"}))
    candidates = recommender.for_you(viewer, taste, "autumn")
    assert candidates.shelf == "for_you"
    assert candidates.film_ids
    assert not {"1", "4", "13", "7", "9", "15", "34"} & set(candidates.film_ids)
    because = candidates.reasons[candidates.film_ids[0]]
    assert because.key.startswith("reason.")
    (job,) = warehouse.rows("select max(training_job) as name from recommendations")
    assert candidates.source == Source("small-model", job["name"])


def test_the_last_batch_stands_in_for_a_ranking_model(
    recommender, warehouse, monkeypatch, failing_with
):
    rows = warehouse.rows(
        "select item_id, training_job from recommendations where user_id = 'u3' order by rank"
    )
    monkeypatch.setattr(
        queries, "recommended_for", failing_with(StatementRefusedError("no such function"))
    )
    found = recommender.for_you(viewer_with("u3"), Taste(), "autumn")
    assert found.film_ids == [row["item_id"] for row in rows] != []
    assert found.source == Source(None, rows[0]["training_job"])
    assert recommender.for_you(viewer_with("nobody"), Taste(), "autumn").source == Source()


def test_without_a_model_the_estimates_say_so(warehouse, cache, library):
    recommender = Recommender(warehouse, cache, library, "no-such-model")
    assert recommender.estimates("u3", {}, ["1"]).error == "estimates.no_model"


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (WarehouseAwayError("away"), "estimates.away"),
        (StatementRefusedError("429"), "estimates.refused"),
    ],
)
def test_a_model_that_does_not_answer_leaves_a_sentence_instead_of_estimates(
    recommender, monkeypatch, failing_with, error, key
):
    monkeypatch.setattr(queries, "estimates", failing_with(error))
    assert recommender.estimates("u3", {}, ["1"]).error == key
