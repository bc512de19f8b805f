"""Pages while Snowflake is away or refuses a statement."""

from dataclasses import replace
from datetime import timedelta

import pytest
from webapp.base import clock
from webapp.base.clock import now
from webapp.taste import queries as taste_queries
from webapp.views import page_context, services
from webapp.warehouse import connection
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse


def test_popular_films_stay_while_snowflake_is_away(opened, viewer, monkeypatch, failing_with):
    _, token = viewer
    app = opened(token=token)
    monkeypatch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("secret")))
    app.run()
    assert not app.exception
    assert "does not answer" in app.warning[0].value
    assert "Star Wars" in app.html
    assert "secret" not in app.html + app.warning[0].value


@pytest.mark.parametrize("check_seconds", [20.0, -1.0])  # the session is checked anew, or not yet
@pytest.mark.parametrize(("language", "said"), [("en", "about 12 minutes"), ("fr", "12 minutes")])
def test_the_viewers_last_recommendations_stay_while_snowflake_is_away(
    opened, new_viewer, monkeypatch, check_seconds, language, said, failing_with
):
    _, token = new_viewer(language=language)
    app = opened(token=token)
    picked_for_you = app.headings[0]
    films = [group.key for group in app.segmented_control][:5]
    start = now()
    monkeypatch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("away")))
    monkeypatch.setattr(page_context, "SESSION_CHECK_SECONDS", check_seconds)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=12))
    app.run()
    assert not app.exception
    assert len(app.warning) == 1
    assert app.headings[0] == picked_for_you
    assert len(app.headings) == 2  # popular films, of which this process has had one list, follow
    assert [group.key for group in app.segmented_control][:5] == films
    assert any(said in caption.value for caption in app.caption)
    # another viewer in the same tab gets nothing of it
    last = app.session_state["last_recommendations"]
    app.session_state["last_recommendations"] = replace(last, viewer_id="other")
    app.run()
    assert picked_for_you not in app.headings


def test_popular_films_are_shown_to_whoever_opens_the_app_while_snowflake_is_away(
    opened, viewer, monkeypatch, failing_with
):
    _, token = viewer
    opened(token=token)  # popular films are not cached, the catalogue is
    opened()  # now they are
    monkeypatch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("away")))
    app = opened(token=token)
    assert "does not answer" in app.warning[0].value
    assert app.headings == ["Much seen", "Best rated"]
    assert "Star Wars" in app.html


def test_a_snowflake_that_never_answered_is_explained_in_a_sentence(
    opened, viewer, monkeypatch, failing_with
):
    _, token = viewer
    monkeypatch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("secret")))
    app = opened(token=token)
    assert "does not answer" in app.warning[0].value


def test_the_page_comes_back_when_snowflake_does(opened, viewer, monkeypatch, failing_with):
    _, token = viewer
    with monkeypatch.context() as patch:
        patch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("away")))
        app = opened(token=token)
        assert app.warning
    services.services.cache_clear()
    connection.shared_warehouse()._away_until = 0.0
    app.run()
    assert app.title[0].value == "For you"
    assert not app.warning


def test_a_refused_statement_is_explained_without_its_details(
    opened, viewer, monkeypatch, failing_with
):
    _, token = viewer
    monkeypatch.setattr(
        taste_queries, "taste", failing_with(StatementRefusedError("secret detail"))
    )
    app = opened(token=token)
    assert "not available" in app.error[0].value
    assert "secret" not in app.error[0].value
