"""Forms of the profile page, each a change of its own."""

from collections.abc import Callable

import streamlit as st

from webapp.accounts import accounts
from webapp.accounts.profile import AccountError, Profile
from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.base.markdown import escaped
from webapp.taste import actions
from webapp.taste import queries as taste_queries
from webapp.views import account_fields, browser, errors, page_context
from webapp.views.page_context import PageContext


def about_you(context: PageContext, viewer: Viewer) -> None:
    """Name, e-mail address, country, birth date, language."""
    t = context.t
    st.header(t("profile.about_you"), anchor=False)
    known = Profile(
        name=viewer.name,
        email=viewer.email,
        country=viewer.country,
        birth_date=viewer.birth_date,
        language=viewer.language,
    )
    with st.form("about-you", width=720):
        profile = account_fields.profile_fields(t, clock.now().date(), known)
        if not st.form_submit_button(t("profile.save")):
            return

    def save() -> None:
        if profile is None:
            raise AccountError("account.birth_date_needed")
        accounts.change_profile(context.warehouse, viewer.viewer_id, profile, clock.now())
        page_context.forget_session_check()

    _save(context, save)


def tastes(context: PageContext, viewer: Viewer) -> None:
    """Favourite genres and those never to be shown."""
    t = context.t
    st.header(t("profile.tastes"), anchor=False)
    known = taste_queries.preferences_of(context.warehouse, viewer.viewer_id)
    with st.form("tastes", width=720):
        wanted = account_fields.preference_fields(t, context.films.catalogue(), known)
        if not st.form_submit_button(t("profile.save")):
            return
    _save(
        context,
        lambda: actions.replace_preferences(context.warehouse, viewer.viewer_id, wanted),
    )


def not_interested(context: PageContext, viewer: Viewer) -> None:
    """Dismissed films, each with the way back."""
    t = context.t
    film_ids = taste_queries.dismissed_by(context.warehouse, viewer.viewer_id)
    if not film_ids:
        return
    st.header(t("profile.not_interested"), anchor=False)
    films = context.films.catalogue().by_id
    for film_id in film_ids:
        title = films[film_id].title if film_id in films else film_id
        with st.container(horizontal=True, vertical_alignment="center", width=720):
            st.markdown(escaped(title), width="stretch")
            st.button(
                t("profile.restore"),
                key=f"restore-{film_id}",
                on_click=_restore,
                args=(context, viewer, film_id, title),
            )


def password(context: PageContext, viewer: Viewer) -> None:
    """The old password and the new one; afterwards every browser signs in anew."""
    t = context.t
    st.header(t("profile.password"), anchor=False)
    with st.form("password", width=720, clear_on_submit=True):
        old = st.text_input(
            t("profile.old_password"), type="password", autocomplete="current-password"
        )
        new = account_fields.new_password(t)
        if not st.form_submit_button(t("profile.change_password")):
            return
    try:
        accounts.change_password(
            context.warehouse, viewer.viewer_id, old=old, new=new, now=clock.now()
        )
    except errors.EXPECTED as error:
        st.error(errors.message(error, t), icon=":material/error:")
    else:
        browser.enter(viewer.viewer_id)  # this browser stays signed in


def deletion(context: PageContext, viewer: Viewer) -> None:
    """Delete the account, confirmed by the password."""
    t = context.t
    st.header(t("profile.delete"), anchor=False)
    st.markdown(t("profile.delete_text"))
    with st.form("delete", width=720, clear_on_submit=True):
        given = st.text_input(
            t("account.password"),
            type="password",
            autocomplete="current-password",
            key="delete_password",
        )
        if not st.form_submit_button(t("profile.delete_submit"), icon=":material/delete_forever:"):
            return
    try:
        accounts.delete(context.warehouse, viewer.viewer_id, given, clock.now())
    except errors.EXPECTED as error:
        st.error(errors.message(error, t), icon=":material/error:")
    else:
        browser.leave()


def _save(context: PageContext, change: Callable[[], object]) -> None:
    errors.run_action(change, context.t("profile.saved"))
    st.rerun()


def _restore(context: PageContext, viewer: Viewer, film_id: str, title: str) -> None:
    errors.run_action(
        lambda: taste_queries.restore_film(context.warehouse, viewer.viewer_id, film_id),
        context.t("profile.restored", title=escaped(title)),
    )
