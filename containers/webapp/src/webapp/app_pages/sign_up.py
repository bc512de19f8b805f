"""Sign up: name and address, favourite genres, a few stars; under a minute."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from webapp.accounts import accounts
from webapp.accounts.accounts import SignUp
from webapp.accounts.profile import AccountError
from webapp.base import clock
from webapp.base.markdown import escaped
from webapp.films import first_films, queries
from webapp.films.catalogue import Catalogue
from webapp.views import account_fields, browser, errors, page_context, stars
from webapp.views.page import Page
from webapp.views.page_context import PageContext

PAGE = Page(position=60, path="sign-up", icon=":material/person_add:", audience="signed out")


def show() -> None:
    """Show the page."""
    context = page_context.current()
    t = context.t
    new = {"viewer_id": accounts.new_viewer_id(), "turn": 0, "ratings": {}}
    kept = st.session_state.setdefault("sign_up", new)
    st.title(t("sign_up.title"), anchor=False)
    st.markdown(t("sign_up.text"))
    with st.form("sign-up", width=720):
        form, ratings = _fields(context, kept)
        wants_others = st.form_submit_button(t("sign_up.other_films"), icon=":material/refresh:")
        is_submitted = st.form_submit_button(t("sign_up.submit"), type="primary")
    if wants_others:
        kept.update(turn=kept["turn"] + 1, ratings=ratings)
        st.rerun()
    if is_submitted:
        _sign_up(context, form)
    st.page_link("app_pages/sign_in.py", label=t("sign_up.has_account"), icon=":material/login:")


def _fields(
    context: PageContext, kept: Mapping[str, Any]
) -> tuple[SignUp | None, dict[str, float]]:
    """The form as it is filled in, None while something is open, and the ratings so far."""
    t = context.t
    profile = account_fields.profile_fields(t, clock.now().date())
    password = account_fields.new_password(t, key="password")
    catalogue = context.films.catalogue()
    preferences = account_fields.preference_fields(t, catalogue)
    st.markdown(t("sign_up.films"))
    ratings = kept["ratings"] | _ratings(context, catalogue, kept["turn"])
    if profile is None:
        return None, ratings
    form = SignUp(
        viewer_id=kept["viewer_id"],
        profile=profile,
        password=password,
        preferences=preferences,
        ratings=ratings,
    )
    return form, ratings


def _ratings(context: PageContext, catalogue: Catalogue, turn: int) -> dict[str, float]:
    ratings = {}
    much_seen = context.films.ids(queries.much_seen)
    for film in first_films.varied(catalogue, much_seen, turn):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{escaped(film.title)} ({film.year or '?'})", width=360)
            chosen = stars.field(context.t, film.film_id, film.title)
        if chosen is not None:
            ratings[film.film_id] = float(chosen)
    return ratings


def _sign_up(context: PageContext, form: SignUp | None) -> None:
    try:
        if form is None:
            raise AccountError("account.birth_date_needed")
        address = browser.network_address()
        viewer_id = accounts.sign_up(context.warehouse, form, address, clock.now())
    except errors.EXPECTED as error:
        st.error(errors.message(error, context.t), icon=":material/error:")
    else:
        browser.enter(viewer_id)


if __name__ == "__main__":
    show()
