"""The first page for those who are signed out: what this is, and what many people watch."""

import streamlit as st
from webapp.views import film_cards, page_context

context = page_context.current()
t = context.t

st.title(t("welcome.title"), anchor=False)
st.markdown(t("welcome.text"))
with st.container(horizontal=True):
    if st.button(t("nav.sign_up"), icon=":material/person_add:", type="primary"):
        st.switch_page("app_pages/sign_up.py")
    if st.button(t("nav.sign_in"), icon=":material/login:"):
        st.switch_page("app_pages/sign_in.py")
film_cards.popular(context)
