"""Models in service, as figures above the page of models."""

import streamlit as st

from webapp.base.translation import Translation
from webapp.views.page_context import PageContext
from webapp.warehouse.errors import StatementRefusedError
from webapp.warehouse.session import Row

#: States of versions that answer now.
_ANSWERING = ("Serving", "Challenger")


def in_service(context: PageContext) -> None:
    """Show the versions that answer, the challenger of each model beside what serves."""
    try:
        rows = context.figures.rows("versions")
    except StatementRefusedError:
        return  # the table below says so
    answering = [row for state in _ANSWERING for row in rows if row["state"] == state]
    with st.container(horizontal=True):
        for row in answering:
            _figure(row, context.t)


def _figure(row: Row, t: Translation) -> None:
    label = f"{row['model_name']}: {t.word('state', row['state'])}"
    version = t("models.version", number=row["version_number"])
    st.metric(label, version, border=True, width=300, help=row["training_job"])
