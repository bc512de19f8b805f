"""Sign up: who you are, what you like, a few stars; under a minute."""

import streamlit as st
from webapp.accounts import accounts, passwords
from webapp.accounts.accounts import SignUp
from webapp.base import clock
from webapp.base.markdown import escaped
from webapp.films import first_films, queries
from webapp.views import account_fields, browser, errors, page_context, stars

context = page_context.current()
t = context.t
now = clock.now()
catalogue = context.films.catalogue()
much_seen = context.films.ids(queries.much_seen)
kept = st.session_state.setdefault("sign_up", {"viewer_id": accounts.new_viewer_id(), "turn": 0})

st.title(t("sign_up.title"), anchor=False)
st.markdown(t("sign_up.text"))
with st.form("sign-up", width=720):
    profile = account_fields.profile_fields(t, now.date())
    password = st.text_input(
        t("account.new_password", minimum=passwords.MINIMUM_LENGTH),
        type="password",
        autocomplete="new-password",
        key="password",
    )
    preferences = account_fields.preference_fields(t, catalogue)
    st.markdown(t("sign_up.films"))
    ratings = {}
    for film in first_films.varied(catalogue, much_seen, kept["turn"]):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{escaped(film.title)} ({film.year or '?'})", width=360)
            chosen = stars.field(t, film.film_id, film.title)
        if chosen is not None:
            ratings[film.film_id] = float(chosen)
    others = st.form_submit_button(t("sign_up.other_films"), icon=":material/refresh:")
    submitted = st.form_submit_button(t("sign_up.submit"), type="primary")

if others:
    kept["turn"] += 1
    kept["ratings"] = kept.get("ratings", {}) | ratings
    st.rerun()
if submitted:
    try:
        if profile is None:
            raise accounts.AccountError("account.birth_date_needed")
        viewer_id = accounts.sign_up(
            context.warehouse,
            SignUp(
                viewer_id=kept["viewer_id"],
                profile=profile,
                password=password,
                preferences=preferences,
                ratings=kept.get("ratings", {}) | ratings,
            ),
            browser.network_address(),
            now,
        )
    except errors.EXPECTED as error:
        st.error(errors.message(error, t), icon=":material/error:")
    else:
        browser.enter(viewer_id)
st.page_link("app_pages/sign_in.py", label=t("sign_up.has_account"), icon=":material/login:")
