"""Sign in with e-mail address and password."""

import streamlit as st

from webapp.accounts import accounts
from webapp.base import clock
from webapp.views import browser, errors, page_context
from webapp.views.page import Page
from webapp.views.page_context import PageContext

PAGE = Page(position=70, path="sign-in", icon=":material/login:", audience="signed out")


def show() -> None:
    """Show the page."""
    context = page_context.current()
    t = context.t
    st.title(t("sign_in.title"), anchor=False)
    refusal = st.query_params.get("ticket")
    if refusal in {"refused", "away"}:
        st.warning(t(f"sign_in.ticket_{refusal}"), icon=":material/warning:")
    with st.form("sign-in", width=480):
        email = st.text_input(t("account.email"), autocomplete="username", key="email")
        password = st.text_input(
            t("account.password"), type="password", autocomplete="current-password", key="password"
        )
        if st.form_submit_button(t("sign_in.submit"), type="primary"):
            _sign_in(context, email, password)
    label = t("sign_in.no_account")
    st.page_link("app_pages/sign_up.py", label=label, icon=":material/person_add:")


def _sign_in(context: PageContext, email: str, password: str) -> None:
    try:
        viewer_id = accounts.sign_in(
            context.warehouse,
            email,
            password,
            address=browser.network_address(),
            now=clock.now(),
        )
    except errors.EXPECTED as error:
        st.error(errors.message(error, context.t), icon=":material/error:")
    else:
        browser.enter(viewer_id)


if __name__ == "__main__":
    show()
