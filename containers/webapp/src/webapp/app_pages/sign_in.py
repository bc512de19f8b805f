"""Sign in with e-mail address and password."""

import streamlit as st
from webapp.accounts import accounts
from webapp.base import clock
from webapp.views import browser, errors, page_context

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
        try:
            viewer_id = accounts.sign_in(
                context.warehouse,
                email,
                password,
                address=browser.network_address(),
                now=clock.now(),
            )
        except errors.EXPECTED as error:
            st.error(errors.message(error, t), icon=":material/error:")
        else:
            browser.enter(viewer_id)
st.page_link("app_pages/sign_up.py", label=t("sign_in.no_account"), icon=":material/person_add:")
