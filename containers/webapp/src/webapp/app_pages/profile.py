"""Profile: change everything, take the data along, delete the account."""

import json

import streamlit as st
from webapp import accounts, profile_forms, visit

current = visit.current()
viewer = current.signed_in_viewer
t = current.t

st.title(t("profile.title"), anchor=False)
profile_forms.about_you(current, viewer)
profile_forms.tastes(current, viewer)
profile_forms.not_interested(current, viewer)
profile_forms.password(current, viewer)

st.header(t("profile.data"), anchor=False)
st.markdown(t("profile.data_text"))
everything = accounts.everything_about(current.warehouse, viewer)
st.download_button(
    t("profile.download"),
    json.dumps(everything, indent=2, ensure_ascii=False),
    file_name="my-data.json",
    mime="application/json",
    icon=":material/download:",
)
profile_forms.deletion(current, viewer)
