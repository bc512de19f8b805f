"""The sign-up page."""

from datetime import date

from webapp.accounts import queries as account_queries
from webapp.taste import queries as taste_queries

PASSWORD = "a long enough password"


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
    app.submit("Sign up and see my films")
    assert "/sign-in-ticket?ticket=" in app.redirect
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
    app.submit("I do not know these: show me others")
    assert not {group.key for group in app.segmented_control} & set(asked)
    app.text_input(key="name").set_value("Zoé")
    app.text_input(key="email").set_value(email)
    app.text_input(key="password").set_value(PASSWORD)
    app.selectbox(key="country").set_value("FR")
    app.date_input(key="birth_date").set_value(date(1990, 5, 17))
    app.submit("Sign up and see my films")
    (account,) = account_queries.accounts_by_email(warehouse, email)
    assert taste_queries.taste(warehouse, account.viewer_id).ratings == {
        asked[0].split("-")[1]: 5.0
    }


def test_an_incomplete_sign_up_says_what_is_missing(opened):
    app = opened("sign_up")
    app.submit("Sign up and see my films")
    assert "birth date" in app.error[0].value
    assert not app.redirect
