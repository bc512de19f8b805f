"""The sign-in page, and signing out."""

from webapp.accounts import sign_in
from webapp.base.clock import now

PASSWORD = "a long enough password"


def test_only_the_right_password_signs_in(opened, viewer):
    known, _ = viewer
    app = opened("sign_in")
    app.text_input(key="email").set_value(known.email)
    app.text_input(key="password").set_value("not the password")
    app.submit("Sign in")
    assert "do not go together" in app.error[0].value
    assert not app.redirect
    app.text_input(key="password").set_value(PASSWORD)
    app.submit("Sign in")
    assert "/sign-in-ticket?ticket=" in app.redirect


def test_a_browser_without_cookies_is_asked_to_allow_them(opened, browser, viewer):
    known, _ = viewer
    app = opened("sign_in")
    browser["browser"] = None
    app.text_input(key="email").set_value(known.email)
    app.text_input(key="password").set_value(PASSWORD)
    app.submit("Sign in")
    assert "needs cookies" in app.error[0].value


def test_signing_out_ends_the_session(opened, viewer, warehouse):
    _, token = viewer
    app = opened(token=token)
    next(button for button in app.button if button.label == "Sign out").click().run()
    assert "/sign-in-ticket" in app.redirect
    assert sign_in.signed_in(warehouse, token, now()) is None
