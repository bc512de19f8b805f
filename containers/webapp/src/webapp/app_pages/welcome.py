"""The first page for those who are signed out: what this is, and what many people watch."""

import streamlit as st
from webapp import film_view, visit

current = visit.current()
t = current.t

st.title(t("welcome.title"), anchor=False)
st.markdown(t("welcome.text"))
with st.container(horizontal=True):
    st.page_link("app_pages/sign_up.py", label=t("nav.sign_up"), icon=":material/person_add:")
    st.page_link("app_pages/sign_in.py", label=t("nav.sign_in"), icon=":material/login:")
film_view.popular(current)
