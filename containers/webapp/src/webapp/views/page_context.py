"""Context of one run of a page: language, viewer, taste, services."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from webapp.accounts import session, sign_in
from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.base.translation import Translation
from webapp.dashboard.figures import Figures
from webapp.exposures.events import Action
from webapp.exposures.exposures import Exposures
from webapp.films.library import FilmLibrary
from webapp.recommendations.recommender import Estimates, Recommender
from webapp.recommendations.shelves import Candidates, LastRecommendations, Shelf, ShelfName
from webapp.taste import queries as taste_queries
from webapp.taste.taste import Taste
from webapp.views import browser
from webapp.views.connection import warehouse
from webapp.views.services import services
from webapp.warehouse.errors import WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

#: A session that was ended elsewhere is noticed after this time.
SESSION_CHECK_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """Everything that one run of a page works with."""

    warehouse: Warehouse
    films: FilmLibrary
    recommender: Recommender
    figures: Figures
    exposures: Exposures
    t: Translation
    viewer: Viewer | None
    #: Nobody could be asked whether the browser is still signed in.
    is_away: bool

    @property
    def signed_in_viewer(self) -> Viewer:
        """The viewer, on pages that only signed-in viewers see."""
        if self.viewer is None:
            st.info(self.t("app.sign_in_first"), icon=":material/login:")
            st.stop()
        return self.viewer

    def taste(self) -> Taste:
        """The viewer's taste, as it is in the warehouse."""
        if self.viewer is None:
            return Taste()
        return taste_queries.taste(self.warehouse, self.viewer.viewer_id)

    def keep_recommendations(self, candidates: Candidates, taste: Taste) -> None:
        """Keep the viewer's recommendations, in this browser's tab alone."""
        st.session_state["last_recommendations"] = LastRecommendations(
            self.signed_in_viewer.viewer_id, candidates, taste, clock.now()
        )

    def last_recommendations(self) -> LastRecommendations | None:
        """The recommendations that this tab has shown the viewer last."""
        kept: LastRecommendations | None = st.session_state.get("last_recommendations")
        is_own = kept and self.viewer and kept.viewer_id == self.viewer.viewer_id
        return kept if is_own else None

    def shown(self, shelf: Shelf) -> None:
        """Record what a shelf has shown the viewer; of those who are signed out nothing is kept."""
        if self.viewer is not None:
            film_ids = [each.film.film_id for each in shelf.recommendations]
            self.exposures.show(
                self.viewer.viewer_id, shelf.name, film_ids, source=shelf.source, now=clock.now()
            )

    def clicked(self, shelf: ShelfName | None, film_id: str, action: Action) -> None:
        """Record what the viewer has done with a film, if it was on a shelf."""
        if shelf is not None:
            viewer_id = self.signed_in_viewer.viewer_id
            self.exposures.click(viewer_id, shelf, film_id, action=action, now=clock.now())

    def estimates(self, taste: Taste, film_ids: Iterable[str]) -> Estimates:
        """Estimated stars of films for this viewer; for nobody in particular when signed out."""
        viewer_id = self.viewer.viewer_id if self.viewer else "nobody"
        return self.recommender.estimates(viewer_id, taste.ratings, film_ids)


def current() -> PageContext:
    """The context of this run of the page."""
    try:
        viewer, is_away = _viewer(), False
    except WarehouseAwayError:
        # Whoever was here stays: nothing of theirs can be had now but what this tab has shown.
        viewer, is_away = _last_viewer(clock.now()), True
    shared = services()
    return PageContext(
        warehouse=warehouse(),
        films=shared.films,
        recommender=shared.recommender,
        figures=shared.figures,
        exposures=shared.exposures,
        t=browser.words(viewer.language if viewer else None),
        viewer=viewer,
        is_away=is_away,
    )


def forget_session_check() -> None:
    """Look the session up anew at the next run."""
    st.session_state.pop("signed_in", None)


def _viewer() -> Viewer | None:
    token = browser.cookie("session")
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
