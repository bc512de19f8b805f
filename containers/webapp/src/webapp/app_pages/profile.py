"""Profile: change everything, take the data along, delete the account."""

import json

import streamlit as st

from webapp.accounts import export
from webapp.accounts.viewer import Viewer
from webapp.views import page_context, profile_forms
from webapp.views.page import Page
from webapp.views.page_context import PageContext

PAGE = Page(position=50, path="profile", icon=":material/person:", audience="signed in")


def show() -> None:
    """Show the page."""
    context = page_context.current()
    viewer = context.signed_in_viewer
    st.title(context.t("profile.title"), anchor=False)
    profile_forms.about_you(context, viewer)
    profile_forms.tastes(context, viewer)
    profile_forms.not_interested(context, viewer)
    profile_forms.password(context, viewer)
    _data(context, viewer)
    profile_forms.deletion(context, viewer)


def _data(context: PageContext, viewer: Viewer) -> None:
    t = context.t
    st.header(t("profile.data"), anchor=False)
    st.markdown(t("profile.data_text"))
    everything = export.everything_about(context.warehouse, viewer)
    st.download_button(
        t("profile.download"),
        json.dumps(everything, indent=2, ensure_ascii=False),
        file_name="my-data.json",
        mime="application/json",
        icon=":material/download:",
    )


if __name__ == "__main__":
    show()
