"""Each page as Streamlit runs it, for those who are signed in and those who are not."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import streamlit as st
import webapp
from streamlit.testing.v1 import AppTest
from webapp.accounts import queries as account_queries
from webapp.accounts import sign_in
from webapp.base import clock, settings
from webapp.base.clock import now
from webapp.recommendations import queries as recommendation_queries
from webapp.taste import actions
from webapp.taste import queries as taste_queries
from webapp.views import browser as browsers
from webapp.views import page_context, services
from webapp.warehouse import connection
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

APP = Path(webapp.__file__).parent / "app.py"
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def process(monkeypatch, connection_arguments):
    """The process that serves the app, pointed at the stack; its caches are empty."""
    monkeypatch.setenv("SNOWREEL_SNOWFLAKE_CONNECTION", json.dumps(connection_arguments))
    for cache in (
        settings.settings,
        connection.shared_warehouse,
        services.services,
    ):
        cache.cache_clear()
    st.cache_resource.clear()
    yield
    connection.shared_warehouse().close()


@pytest.fixture
def browser(monkeypatch):
    """The browser's cookies; None where it has none."""
    cookies = {"browser": "mark"}
    monkeypatch.setattr(browsers, "cookie", cookies.get)
    return cookies


@pytest.fixture
def opened(browser):
    """Opens a page of the app."""

    def page(script=None, *, token=None, language="en", **query):
        browser["session"] = token
        app = AppTest.from_file(str(APP), default_timeout=30)
        app.context["locale"] = language
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if script:
            app.switch_page(f"app_pages/{script}.py").run()
        assert not app.exception, app.exception
        return app

    return page


@pytest.fixture
def viewer(new_viewer):
    return new_viewer()


def headings(app):
    return [heading.value for heading in app.header]


def html(app):
    return "\n".join(block.proto.body for block in app.get("html"))


def redirect(app):
    return next((b.proto.body for b in app.get("html") if "location.replace" in b.proto.body), "")


# --- signed out ----------------------------------------------------------------------------------


def test_welcome_shows_films_and_no_buttons_to_rate(opened):
    app = opened()
    assert app.title[0].value == "Films that you will like"
    assert headings(app) == ["Much seen", "Best rated"]
    assert "Star Wars" in html(app)
    assert not app.segmented_control


def test_pages_of_viewers_are_closed_to_others(opened):
    app = opened()
    for script in ("for_you", "my_ratings", "profile"):
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            app.switch_page(f"app_pages/{script}.py")


def test_sign_up_makes_an_account_and_signs_in(opened, warehouse, email):
    app = opened("sign_up")
    app.text_input(key="name").set_value("Zoé")
    app.text_input(key="email").set_value(email)
    app.text_input(key="password").set_value(PASSWORD)
    app.selectbox(key="country").set_value("FR")
    app.date_input(key="birth_date").set_value(date(1990, 5, 17))
    app.multiselect(key="favourites").set_value(["Drama", "War"])
    app.multiselect(key="never").set_value(["Horror", "War"])
    first = app.segmented_control[0]
    first.set_value(4)
    submit(app, "Sign up and see my films")
    assert "/sign-in-ticket?ticket=" in redirect(app)
    (account,) = account_queries.accounts_by_email(warehouse, email)
    taste = taste_queries.taste(warehouse, account.viewer_id)
    assert taste.preferences.favourites == {"Drama"}
    assert taste.preferences.never == {"Horror", "War"}
    assert list(taste.ratings.values()) == [4.0]


def test_sign_up_offers_other_films_and_keeps_the_stars(opened, warehouse, email):
    app = opened("sign_up")
    asked = [group.key for group in app.segmented_control]
    assert len(asked) == 5
    app.segmented_control[0].set_value(5)
    submit(app, "I do not know these: show me others")
    assert not {group.key for group in app.segmented_control} & set(asked)
    app.text_input(key="name").set_value("Zoé")
    app.text_input(key="email").set_value(email)
    app.text_input(key="password").set_value(PASSWORD)
    app.selectbox(key="country").set_value("FR")
    app.date_input(key="birth_date").set_value(date(1990, 5, 17))
    submit(app, "Sign up and see my films")
    (account,) = account_queries.accounts_by_email(warehouse, email)
    assert taste_queries.taste(warehouse, account.viewer_id).ratings == {
        asked[0].split("-")[1]: 5.0
    }


def test_an_incomplete_sign_up_says_what_is_missing(opened):
    app = opened("sign_up")
    submit(app, "Sign up and see my films")
    assert "birth date" in app.error[0].value
    assert not redirect(app)


def test_sign_in_signs_in_and_refuses(opened, viewer):
    known, _ = viewer
    app = opened("sign_in")
    app.text_input(key="email").set_value(known.email)
    app.text_input(key="password").set_value("not the password")
    submit(app, "Sign in")
    assert "do not go together" in app.error[0].value
    assert not redirect(app)
    app.text_input(key="password").set_value(PASSWORD)
    submit(app, "Sign in")
    assert "/sign-in-ticket?ticket=" in redirect(app)


def test_a_browser_without_cookies_is_told(opened, browser, viewer):
    known, _ = viewer
    app = opened("sign_in")
    browser["browser"] = None
    app.text_input(key="email").set_value(known.email)
    app.text_input(key="password").set_value(PASSWORD)
    submit(app, "Sign in")
    assert "needs cookies" in app.error[0].value


# --- signed in -----------------------------------------------------------------------------------


def test_for_you_shows_shelves_with_estimates_and_reasons(opened, viewer):
    _, token = viewer
    app = opened(token=token)
    assert app.title[0].value == "For you"
    assert "From your country" in headings(app)
    assert "estimated for you" in html(app)
    assert "Made in: France" in html(app)
    keys = [group.key for group in app.segmented_control]
    assert len(keys) == len(set(keys)) > 10


def test_rating_a_film_keeps_it_and_takes_it_off_the_shelf(opened, viewer, warehouse):
    known, token = viewer
    app = opened(token=token)
    stars = app.segmented_control[0]
    film_id = stars.key.removeprefix("stars-")
    stars.set_value(4).run()
    assert "Saved: 4 stars" in app.toast[0].value
    assert taste_queries.taste(warehouse, known.viewer_id).ratings[film_id] == 4.0
    assert f"stars-{film_id}" not in {group.key for group in app.segmented_control}


def test_not_interested_and_never_this_kind(opened, viewer, warehouse):
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
    assert "Comedy" not in html(app)


def test_my_ratings_lists_changes_and_removes(opened, viewer, warehouse):
    known, token = viewer
    app = opened("my_ratings", token=token)
    assert "You have rated 3 films." in [text.value for text in app.markdown]
    app.segmented_control(key="stars-5").set_value(1).run()
    assert taste_queries.taste(warehouse, known.viewer_id).ratings["5"] == 1.0
    app.button(key="remove-5").click().run()
    assert "5" not in taste_queries.taste(warehouse, known.viewer_id).ratings
    assert "You have rated 2 films." in [text.value for text in app.markdown]


def test_ratings_are_imported(opened, viewer, warehouse):
    known, token = viewer
    app = opened("my_ratings", token=token)
    content = "title,year,stars\nAmélie,2001,4.5\nNo Such Film,1999,3\nJaws,1975,9\n".encode()
    app.file_uploader(key="import_file").set_value(("mine.csv", content, "text/csv")).run()
    assert [warning.value.split(":")[-1].strip() for warning in app.warning] == ["3", "4"]
    next(b for b in app.button if b.label == "Keep 1 rating").click().run()
    assert taste_queries.taste(warehouse, known.viewer_id).ratings["2"] == 4.5


def test_the_profile_changes_everything(opened, viewer, warehouse):
    known, token = viewer
    taste_queries.dismiss_film(warehouse, known.viewer_id, "3", now())
    app = opened("profile", token=token)
    app.text_input(key="name").set_value("Béa")
    app.selectbox(key="country").set_value("JP")
    submit(app, "Save")
    found = sign_in.signed_in(warehouse, token, now())
    assert (found.viewer.name, found.viewer.country) == ("Béa", "JP")
    app.multiselect(key="never").set_value(["Horror"])
    submit(app, "Save", 1)
    assert taste_queries.preferences_of(warehouse, known.viewer_id).never == {"Horror"}
    app.button(key="restore-3").click().run()
    assert taste_queries.dismissed_by(warehouse, known.viewer_id) == []


def test_an_account_is_deleted_with_its_password_only(opened, viewer, warehouse):
    known, token = viewer
    app = opened("profile", token=token)
    app.text_input(key="delete_password").set_value("wrong password")
    submit(app, "Delete my account for good")
    assert "not your password" in app.error[0].value
    app.text_input(key="delete_password").set_value(PASSWORD)
    submit(app, "Delete my account for good")
    assert "/sign-in-ticket" in redirect(app)
    assert account_queries.password_hash_of(warehouse, known.viewer_id) is None


def test_signing_out_ends_the_session(opened, viewer, warehouse):
    _, token = viewer
    app = opened(token=token)
    next(button for button in app.button if button.label == "Sign out").click().run()
    assert "/sign-in-ticket" in redirect(app)
    assert sign_in.signed_in(warehouse, token, now()) is None


@pytest.mark.parametrize("token", ["forged", "' or '1'='1", "x" * 4000])
def test_a_forged_cookie_opens_nothing(opened, token):
    app = opened(token=token)
    assert app.title[0].value == "Films that you will like"


# --- search and data -----------------------------------------------------------------------------


def test_search_forgives_and_estimates(opened, viewer):
    _, token = viewer
    app = opened("search", token=token)
    app.text_input(key="title").set_value("casablnca").run()
    assert "Casablanca" in html(app)
    assert "estimated for you" in html(app)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_address_carries_the_search_whatever_the_language(opened, language):
    app = opened("search", genre="War", country="FR", language=language)
    assert (app.selectbox(key="genre").value, app.selectbox(key="country").value) == ("War", "FR")
    assert any(text.value.startswith("2 films") for text in app.markdown)


def test_nothing_found_is_helped(opened):
    app = opened("search")
    app.text_input(key="title").set_value("godfather").run()
    app.selectbox(key="genre").set_value("Western").run()
    texts = [text.value for text in app.markdown]
    assert "0 films found" in texts
    assert "Without the genre: 1 film." in texts
    next(button for button in app.button if button.label == "Clear the search").click().run()
    assert "40 films found" in [text.value for text in app.markdown]


def test_search_in_the_order_of_estimates(opened, viewer):
    _, token = viewer
    app = opened("search", token=token)
    app.selectbox(key="order").set_value("estimate").run()
    stars = [float(part.split("<")[0]) for part in html(app).split("<b>")[1:] if part[0].isdigit()]
    assert len(stars) == 10
    assert stars == sorted(stars, reverse=True)


def test_the_dashboard_shows_charts_their_figures_and_sql(opened):
    app = opened("dashboard", language="fr-FR")
    assert app.title[0].value == "Données"
    assert [metric.value for metric in app.metric][:1] == ["40"]
    assert "Films par genre" in headings(app)
    assert any("from films_by_genre" in code.value for code in app.code)
    assert len(app.download_button) >= 4


def test_pages_speak_french(opened, viewer):
    _, token = viewer
    app = opened(token=token, language="fr-FR")
    app_french = opened("search", language="fr-FR")
    assert app_french.title[0].value == "Recherche"
    # the profile says English, and the profile wins over the browser
    assert app.title[0].value == "For you"


# --- errors --------------------------------------------------------------------------------------


def test_without_a_model_there_are_averages(opened, viewer, monkeypatch):
    _, token = viewer
    monkeypatch.setattr(recommendation_queries, "models", lambda _: [])
    app = opened(token=token)
    assert "No recommender is deployed" in app.info[0].value
    assert "ratings" in html(app)


def failing_with(error):
    def fail(*_, **__):
        raise error

    return fail


def test_a_warehouse_that_is_away_leaves_popular_films(opened, viewer, monkeypatch):
    _, token = viewer
    app = opened(token=token)
    monkeypatch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("secret")))
    app.run()
    assert not app.exception
    assert "does not answer" in app.warning[0].value
    assert "Star Wars" in html(app)
    assert "secret" not in html(app) + app.warning[0].value


@pytest.mark.parametrize("check_seconds", [20.0, -1.0])  # the session is checked anew, or not yet
@pytest.mark.parametrize(("language", "said"), [("en", "about 12 minutes"), ("fr", "12 minutes")])
def test_a_warehouse_that_is_away_leaves_the_viewers_last_films_and_their_age(
    opened, new_viewer, monkeypatch, check_seconds, language, said
):
    _, token = new_viewer(language=language)
    app = opened(token=token)
    picked_for_you = headings(app)[0]
    films = [group.key for group in app.segmented_control][:5]
    start = now()
    monkeypatch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("away")))
    monkeypatch.setattr(page_context, "SESSION_CHECK_SECONDS", check_seconds)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=12))
    app.run()
    assert not app.exception
    assert len(app.warning) == 1
    assert headings(app)[0] == picked_for_you
    assert len(headings(app)) == 2  # popular films, of which this process has had one list, follow
    assert [group.key for group in app.segmented_control][:5] == films
    assert any(said in caption.value for caption in app.caption)
    # another viewer in the same tab gets nothing of it
    last = app.session_state["last_recommendations"]
    app.session_state["last_recommendations"] = replace(last, viewer_id="other")
    app.run()
    assert picked_for_you not in headings(app)


def test_who_opens_the_app_while_the_warehouse_is_away_is_told(opened, viewer, monkeypatch):
    _, token = viewer
    opened(token=token)  # popular films are not cached, the catalogue is
    opened()  # now they are
    monkeypatch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("away")))
    app = opened(token=token)
    assert "does not answer" in app.warning[0].value
    assert headings(app) == ["Much seen", "Best rated"]
    assert "Star Wars" in html(app)


def test_a_warehouse_that_was_never_there_is_a_sentence(opened, viewer, monkeypatch):
    _, token = viewer
    monkeypatch.setattr(Warehouse, "_persist", failing_with(WarehouseAwayError("secret")))
    app = opened(token=token)
    assert "does not answer" in app.warning[0].value


def test_the_page_comes_back_by_itself(opened, viewer, monkeypatch):
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


def test_a_refused_statement_is_a_sentence(opened, viewer, monkeypatch):
    _, token = viewer
    monkeypatch.setattr(
        taste_queries, "taste", failing_with(StatementRefusedError("secret detail"))
    )
    app = opened(token=token)
    assert "not available" in app.error[0].value
    assert "secret" not in app.error[0].value


def test_what_cannot_be_saved_is_told(opened, viewer, monkeypatch):
    _, token = viewer
    app = opened(token=token)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "rate", failing_with(WarehouseAwayError("away")))
        app.segmented_control[0].set_value(4).run()
    assert "could not be saved" in app.toast[0].value


def submit(app, label, index=0):
    buttons = [button for button in app.button if button.label == label]
    buttons[index].click().run()
    assert not app.exception, app.exception
