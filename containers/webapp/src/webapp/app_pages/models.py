"""Models: versions and their gate, trainings, drift, and what came of what was shown."""

import streamlit as st

from webapp.dashboard.model_sections import DRIFT, MODEL_SECTIONS, VERSIONS
from webapp.views import dashboard, models, page_context
from webapp.views.page import Page

PAGE = Page(position=45, path="models", icon=":material/monitoring:", audience="everybody")


def show() -> None:
    """Show the page."""
    context = page_context.current()
    st.title(context.t("models.title"), anchor=False)
    models.in_service(context)
    dashboard.show(context, VERSIONS)
    dashboard.show(context, DRIFT)
    dashboard.show_beside(context, MODEL_SECTIONS)


if __name__ == "__main__":
    show()
