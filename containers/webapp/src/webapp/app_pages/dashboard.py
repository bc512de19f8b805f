"""Data: what is in the database, how good it is, how good the models are."""

import streamlit as st
from webapp import dashboard, dashboard_view, visit

current = visit.current()

st.title(current.t("data.title"), anchor=False)
dashboard_view.totals(current)
for section in dashboard.SECTIONS:
    dashboard_view.show(current, section)
