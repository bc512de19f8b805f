"""Records of what pages have shown."""

import asyncio
from collections import Counter
from datetime import timedelta
from unittest.mock import MagicMock

import pytest
from webapp.base import clock
from webapp.exposures import shared
from webapp.server.application import lifespan
from webapp.taste import actions
from webapp.warehouse.connection import shared_warehouse
from webapp.warehouse.errors import WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse


@pytest.fixture
def recorded(warehouse):
    """The rows of a viewer, once the process has ended."""

    def rows(viewer, table="shown"):
        asyncio.run(_end())
        return warehouse.rows(f"select * from {table} where viewer_id = ?", viewer.viewer_id)

    return rows


async def _end():
    async with lifespan(MagicMock()):
        pass


def shelves(app):
    """The films of the page in their order."""
    return [group.key.removeprefix("stars-") for group in app.segmented_control]


def test_each_film_of_the_page_is_recorded_with_shelf_rank_and_model(opened, viewer, recorded):
    known, token = viewer
    app = opened(token=token)
    films = shelves(app)
    rows = recorded(known)
    assert Counter(row["film_id"] for row in rows) == Counter(films)
    found = {(row["shelf"], row["rank"]): row["film_id"] for row in rows}
    assert [found["for_you", rank] for rank in range(1, 6)] == films[:5]
    models = {row["shelf"]: (row["model_name"], bool(row["training_job"])) for row in rows}
    assert models.pop("for_you") == ("small-model", True)
    assert {"much_seen", "season", "country"} <= set(models)
    assert set(models.values()) == {(None, False)}


def test_a_page_that_is_shown_again_counts_once(opened, viewer, recorded):
    known, token = viewer
    app = opened(token=token)
    first = shelves(app)
    app.run()
    opened(token=token)  # a second tab
    app.segmented_control[0].set_value(4).run()  # other films move up, and new ones come
    assert shelves(app) != first
    counts = Counter((row["film_id"], row["shelf"]) for row in recorded(known))
    assert {film for film, _ in counts} == {*first, *shelves(app)}
    assert set(counts.values()) == {1}


def test_after_half_an_hour_it_counts_again(opened, viewer, recorded, monkeypatch):
    known, token = viewer
    app = opened(token=token)
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    app.run()
    counts = Counter((row["film_id"], row["shelf"]) for row in recorded(known))
    assert set(counts.values()) == {2}


def test_what_a_viewer_does_on_a_shelf_is_recorded(opened, viewer, recorded):
    known, token = viewer
    app = opened(token=token)
    stars = app.segmented_control[0]
    rated = stars.key.removeprefix("stars-")
    stars.set_value(4).run()
    button = app.menu_button[-1]
    dismissed = button.key.removeprefix("more-")
    button.click("dismiss").run()
    shelf = {row["film_id"]: row["shelf"] for row in recorded(known)}
    clicks = {(row["film_id"], row["shelf"], row["action"]) for row in recorded(known, "clicked")}
    assert clicks == {
        (rated, shelf[rated], "rated"),
        (dismissed, shelf[dismissed], "dismissed"),
    }


def test_what_failed_was_not_done(opened, viewer, recorded, monkeypatch, failing_with):
    known, token = viewer
    app = opened(token=token)
    monkeypatch.setattr(actions, "rate", failing_with(WarehouseAwayError("away")))
    app.segmented_control[0].set_value(4).run()
    assert "could not be saved" in app.toast[0].value
    assert recorded(known, "clicked") == []


def test_a_search_and_those_who_are_signed_out_are_not_recorded(opened, viewer, recorded):
    known, token = viewer
    app = opened("search", token=token, title="star wars")
    app.segmented_control[0].set_value(5).run()
    opened()
    assert {row["shelf"] for row in recorded(known)} <= {
        "for_you", "genre", "season", "much_seen", "country", "age",
    }  # fmt: skip
    assert recorded(known, "clicked") == []


def test_no_page_waits_for_what_it_records(opened, viewer, monkeypatch, failing_with):
    """The queue stands in front of the warehouse: the thread alone meets its absence."""
    _, token = viewer
    recorder = shared.shared_recorder()
    monkeypatch.setattr(recorder, "_write", failing_with(WarehouseAwayError("away")))
    app = opened(token=token)
    assert not app.exception
    assert not app.warning
    assert len(recorder._waiting) == len(shelves(app))
    recorder.close()
    assert recorder.lost == len(shelves(app))


def test_what_stands_in_is_recorded_once_snowflake_is_back(
    opened, viewer, recorded, monkeypatch, failing_with
):
    known, token = viewer
    opened()  # popular films are cached
    app = opened(token=token)
    with monkeypatch.context() as patch:
        patch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("away")))
        app.run()
    assert app.headings[:2] == ["Picked for you", "Much seen"]
    shared_warehouse()._away_until = 0.0
    films = {row["film_id"] for row in recorded(known) if row["shelf"] in {"for_you", "much_seen"}}
    assert set(shelves(app)[:10]) <= films
