"""The viewer's browser: cookies, address, language, redirects."""

import json
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

from webapp.accounts import sign_in
from webapp.base import clock
from webapp.base.cookies import CookieName, Cookies
from webapp.base.paths import TICKET_PATH
from webapp.base.settings import settings
from webapp.base.translation import Translation, preferred, translation
from webapp.views.connection import warehouse


def cookie(name: CookieName) -> str | None:
    """A cookie of the browser, as it was when the page was opened."""
    return st.context.cookies.get(Cookies.of(settings()).name(name))


def network_address() -> str:
    """The browser's network address, for limits on attempts."""
    return st.context.ip_address or "this machine"


def words(profile_language: str | None = None) -> Translation:
    """The translation for this browser: by its cookie, the viewer's profile, its own settings."""
    return translation(preferred(cookie("language"), profile_language, st.context.locale))


def enter(viewer_id: str) -> NoReturn:
    """Sign the browser in as the viewer; the page ends here."""
    _send_with_ticket(viewer_id)


def leave() -> NoReturn:
    """Sign the browser out; the page ends here."""
    token = cookie("session")
    if token is not None:
        sign_in.end(warehouse(), token)
    _send_with_ticket(None)


def go(path: str) -> NoReturn:
    """Send the browser to a path of the app; the page ends here."""
    address = json.dumps(path).replace("<", "\\u003c")
    st.html(f"<script>window.location.replace({address})</script>", unsafe_allow_javascript=True)
    st.stop()


def _send_with_ticket(viewer_id: str | None) -> NoReturn:
    browser = cookie("browser")
    if browser is None:
        st.error(words()("app.cookies_needed"), icon=":material/cookie:")
        st.stop()
    ticket = sign_in.ticket(warehouse(), browser, viewer_id, clock.now())
    go(f"{TICKET_PATH}?{urlencode({'ticket': ticket})}")
