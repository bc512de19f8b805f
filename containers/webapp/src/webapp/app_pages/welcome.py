"""The first page for those who are signed out: the app in a sentence, and popular films."""

import streamlit as st

from webapp.views import film_cards, page_context
from webapp.views.page import Page

PAGE = Page(position=10, path="", icon=":material/movie:", audience="signed out")


def show() -> None:
    """Show the page."""
    context = page_context.current()
    t = context.t
    st.title(t("welcome.headline"), anchor=False)
    st.markdown(t("welcome.text"))
    with st.container(horizontal=True):
        if st.button(t("sign_up.title"), icon=":material/person_add:", type="primary"):
            st.switch_page("app_pages/sign_up.py")
        if st.button(t("sign_in.title"), icon=":material/login:"):
            st.switch_page("app_pages/sign_in.py")
    film_cards.popular(context)


if __name__ == "__main__":
    show()
