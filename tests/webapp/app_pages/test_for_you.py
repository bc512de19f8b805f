"""The first page of signed-in viewers."""

from webapp.recommendations import queries as recommendation_queries
from webapp.taste import actions
from webapp.taste import queries as taste_queries
from webapp.warehouse.errors import WarehouseAwayError


def test_for_you_shows_shelves_with_estimates_and_reasons(opened, viewer):
    _, token = viewer
    app = opened(token=token)
    assert app.title[0].value == "For you"
    assert "From your country" in app.headings
    assert "estimated for you" in app.html
    assert "Made in: France" in app.html
    keys = [group.key for group in app.segmented_control]
    assert len(keys) == len(set(keys)) > 10


def test_a_rating_is_kept_and_takes_the_film_off_the_shelf(opened, viewer, warehouse):
    known, token = viewer
    app = opened(token=token)
    stars = app.segmented_control[0]
    film_id = stars.key.removeprefix("stars-")
    stars.set_value(4).run()
    assert "Saved: 4 stars" in app.toast[0].value
    assert taste_queries.taste(warehouse, known.viewer_id).ratings[film_id] == 4.0
    assert f"stars-{film_id}" not in {group.key for group in app.segmented_control}


def test_dismissed_films_and_unwanted_genres_leave_the_shelves(opened, viewer, warehouse):
    known, token = viewer
    app = opened(token=token)
    button = app.menu_button[0]
    film_id = button.key.removeprefix("more-")
    button.click("dismiss").run()
    assert taste_queries.dismissed_by(warehouse, known.viewer_id) == [film_id]
    assert f"more-{film_id}" not in {other.key for other in app.menu_button}
    button = next(b for b in app.menu_button if "Never show Comedy" in b.options)
    button.click("never Comedy").run()
    assert "Comedy" in taste_queries.preferences_of(warehouse, known.viewer_id).never
    assert "Comedy" not in app.html


def test_without_a_model_average_ratings_are_shown(opened, viewer, monkeypatch):
    _, token = viewer
    monkeypatch.setattr(recommendation_queries, "models", lambda _: [])
    app = opened(token=token)
    assert "No recommender is deployed" in app.info[0].value
    assert "ratings" in app.html


def test_the_profiles_language_wins_over_the_browsers(opened, viewer):
    _, token = viewer
    app = opened(token=token, language="fr-FR")
    app_french = opened("search", language="fr-FR")
    assert app_french.title[0].value == "Recherche"
    # the profile says English, and the profile wins over the browser
    assert app.title[0].value == "For you"


def test_a_rating_that_cannot_be_saved_is_reported(opened, viewer, monkeypatch, failing_with):
    _, token = viewer
    app = opened(token=token)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "rate", failing_with(WarehouseAwayError("away")))
        app.segmented_control[0].set_value(4).run()
    assert "could not be saved" in app.toast[0].value
