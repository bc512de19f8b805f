"""The profile page."""

from webapp.accounts import queries as account_queries
from webapp.accounts import sign_in
from webapp.base.clock import now
from webapp.taste import queries as taste_queries

PASSWORD = "a long enough password"


def test_every_field_of_the_profile_can_be_changed(opened, viewer, warehouse):
    known, token = viewer
    taste_queries.dismiss_film(warehouse, known.viewer_id, "3", now())
    app = opened("profile", token=token)
    app.text_input(key="name").set_value("Béa")
    app.selectbox(key="country").set_value("JP")
    app.submit("Save")
    found = sign_in.signed_in(warehouse, token, now())
    assert found is not None
    assert (found.viewer.name, found.viewer.country) == ("Béa", "JP")
    app.multiselect(key="never").set_value(["Horror"])
    app.submit("Save", 1)
    assert taste_queries.preferences_of(warehouse, known.viewer_id).never == {"Horror"}
    app.button(key="restore-3").click().run()
    assert taste_queries.dismissed_by(warehouse, known.viewer_id) == []


def test_an_account_is_deleted_with_its_password_only(opened, viewer, warehouse):
    known, token = viewer
    app = opened("profile", token=token)
    app.text_input(key="delete_password").set_value("wrong password")
    app.submit("Delete my account for good")
    assert "not your password" in app.error[0].value
    app.text_input(key="delete_password").set_value(PASSWORD)
    app.submit("Delete my account for good")
    assert "/sign-in-ticket" in app.redirect
    assert account_queries.password_hash_of(warehouse, known.viewer_id) is None
