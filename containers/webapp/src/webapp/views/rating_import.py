"""Import of ratings from a CSV file: look first, keep on demand."""

import streamlit as st

from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.taste import actions, ratings_file
from webapp.taste.ratings_file import COLUMNS, Import, RatingsFileError
from webapp.views import errors
from webapp.views.page_context import PageContext

_LINES_SHOWN = 10


def show(context: PageContext, viewer: Viewer) -> None:
    """Show the upload, a report of its content, and the button that keeps it."""
    t = context.t
    st.header(t("import.title"), anchor=False)
    st.markdown(t("import.text", columns=", ".join(f"`{name}`" for name in COLUMNS)))
    file = st.file_uploader(t("import.file"), type="csv", key="import_file")
    if file is None:
        return
    try:
        found = ratings_file.imported(file.getvalue(), context.films.catalogue())
    except RatingsFileError as error:
        st.error(t(error.reason, rows=ratings_file.ROWS_AT_MOST), icon=":material/error:")
        return
    _report(context, found)
    if found.ratings:
        st.button(
            t("import.keep", count=len(found.ratings)),
            type="primary",
            on_click=_keep,
            args=(context, viewer, found),
        )


def _report(context: PageContext, found: Import) -> None:
    t = context.t
    st.markdown(t("import.found", count=len(found.ratings)))
    for key, lines in (
        ("import.unknown_films", found.unknown_films),
        ("import.bad_stars", found.bad_stars),
    ):
        if lines:
            shown = ", ".join(str(line) for line in lines[:_LINES_SHOWN])
            more = " …" if len(lines) > _LINES_SHOWN else ""
            st.warning(t(key, count=len(lines), lines=shown + more), icon=":material/warning:")


def _keep(context: PageContext, viewer: Viewer, found: Import) -> None:
    errors.run_action(
        lambda: actions.rate_films(context.warehouse, viewer.viewer_id, found.ratings, clock.now()),
        context.t("import.kept", count=len(found.ratings)),
    )
