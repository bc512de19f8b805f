"""Context of one run of a page: language, viewer, taste, and what the pages work with.

The one place that knows Streamlit's session; the pages get everything from here.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

from webapp.accounts import session, sign_in
from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.base.cache import Cache
from webapp.base.cookies import CookieName, Cookies
from webapp.base.paths import TICKET_PATH
from webapp.base.settings import settings
from webapp.base.translation import Translation, preferred, translation
from webapp.dashboard.figures import Figures
from webapp.recommendations.library import Estimates, Library
from webapp.recommendations.shelves import Candidates, LastRecommendations
from webapp.taste import queries as taste_queries
from webapp.taste.taste import Taste
from webapp.views.connection import warehouse
from webapp.warehouse.errors import WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

#: A session that was ended elsewhere is noticed after this time.
SESSION_CHECK_SECONDS = 20.0


@dataclass(frozen=True)
class PageContext:
    """Everything that one run of a page works with."""

    warehouse: Warehouse
    library: Library
    figures: Figures
    t: Translation
    viewer: Viewer | None
    #: Nobody could be asked whether the browser is still signed in.
    is_away: bool = False

    @property
    def signed_in_viewer(self) -> Viewer:
        """The viewer, on pages that only signed-in viewers see."""
        if self.viewer is None:
            st.info(self.t("app.sign_in_first"), icon=":material/login:")
            st.stop()
        return self.viewer

    def taste(self) -> Taste:
        """What the viewer has said so far, as it is in the warehouse."""
        return (
            taste_queries.taste(self.warehouse, self.viewer.viewer_id) if self.viewer else Taste()
        )

    def keep_recommendations(self, candidates: Candidates, taste: Taste) -> None:
        """Keep what was picked for the viewer, in this browser's tab alone."""
        st.session_state["last_recommendations"] = LastRecommendations(
            self.signed_in_viewer.viewer_id, candidates, taste, clock.now()
        )

    def last_recommendations(self) -> LastRecommendations | None:
        """What was last picked for the viewer."""
        kept: LastRecommendations | None = st.session_state.get("last_recommendations")
        is_own = kept and self.viewer and kept.viewer_id == self.viewer.viewer_id
        return kept if is_own else None

    def estimates(self, taste: Taste, film_ids: Iterable[str]) -> Estimates:
        """Estimated stars of films for this viewer; for nobody in particular when signed out."""
        viewer_id = self.viewer.viewer_id if self.viewer else "nobody"
        return self.library.estimates(viewer_id, taste.ratings, film_ids)


def current() -> PageContext:
    """The context of this run of the page."""
    try:
        viewer, is_away = _viewer(), False
    except WarehouseAwayError:
        # Whoever was here stays: nothing of theirs can be had now but what this tab has shown.
        viewer, is_away = _last_viewer(clock.now()), True
    return PageContext(warehouse(), library(), figures(), words(viewer), viewer, is_away)


def words(viewer: Viewer | None = None) -> Translation:
    """The translation for this browser, whoever is signed in."""
    profile = viewer.language if viewer else None
    return translation(preferred(cookie("language"), profile, st.context.locale))


@lru_cache
def library() -> Library:
    """This process's library."""
    return Library(warehouse(), Cache(WarehouseAwayError), settings().model_name)


@lru_cache
def figures() -> Figures:
    """This process's figures of the dashboard."""
    return Figures(warehouse(), Cache(WarehouseAwayError))


def cookie(name: CookieName) -> str | None:
    """A cookie of the browser, as it was when the page was opened."""
    return st.context.cookies.get(Cookies.of(settings()).name(name))


def network_address() -> str:
    """Where the browser is, for limits on attempts."""
    return st.context.ip_address or "this machine"


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


def forget_session_check() -> None:
    """Look the session up anew at the next run."""
    st.session_state.pop("signed_in", None)


def _send_with_ticket(viewer_id: str | None) -> NoReturn:
    browser = cookie("browser")
    if browser is None:
        st.error(words()("app.cookies_needed"), icon=":material/cookie:")
        st.stop()
    ticket = sign_in.ticket(warehouse(), browser, viewer_id, clock.now())
    go(f"{TICKET_PATH}?{urlencode({'ticket': ticket})}")


def _viewer() -> Viewer | None:
    token = cookie("session")
    if token is None:
        return None
    now = clock.now()
    checked: tuple[session.SignedIn | None, datetime] | None = st.session_state.get("signed_in")
    if checked is None or now - checked[1] > timedelta(seconds=SESSION_CHECK_SECONDS):
        st.session_state["signed_in"] = (sign_in.signed_in(warehouse(), token, now), now)
    return _last_viewer(now)


def _last_viewer(now: datetime) -> Viewer | None:
    signed_in, _ = st.session_state.get("signed_in", (None, now))
    return signed_in.viewer if signed_in and signed_in.expires_at > now else None
