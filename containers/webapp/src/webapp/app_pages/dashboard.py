"""Data: the figures of the database, and its quality."""

import streamlit as st

from webapp.dashboard.sections import SECTIONS
from webapp.views import dashboard, page_context
from webapp.views.page import Page

PAGE = Page(position=40, path="data", icon=":material/bar_chart:", audience="everybody")


def show() -> None:
    """Show the page."""
    context = page_context.current()
    st.title(context.t("dashboard.title"), anchor=False)
    dashboard.totals(context)
    dashboard.show_beside(context, SECTIONS)


if __name__ == "__main__":
    show()
