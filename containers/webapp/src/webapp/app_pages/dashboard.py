"""Data: the figures of the database, its quality, the quality of the models."""

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
    for first in range(0, len(SECTIONS), 2):
        pair = SECTIONS[first : first + 2]
        for column, section in zip(st.columns(2, gap="large"), pair, strict=False):
            with column:
                dashboard.show(context, section)


if __name__ == "__main__":
    show()
