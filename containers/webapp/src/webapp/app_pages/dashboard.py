"""Data: what is in the database, how good it is, how good the models are."""

import streamlit as st
from webapp.dashboard import sections
from webapp.views import dashboard, page_context

context = page_context.current()

st.title(context.t("data.title"), anchor=False)
dashboard.totals(context)
for first in range(0, len(sections.SECTIONS), 2):
    pair = sections.SECTIONS[first : first + 2]
    for column, section in zip(st.columns(2, gap="large"), pair, strict=False):
        with column:
            dashboard.show(context, section)
