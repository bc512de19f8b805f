"""Profile: change everything, take the data along, delete the account."""

import json

import streamlit as st
from webapp.accounts import accounts
from webapp.views import page_context, profile_forms

context = page_context.current()
viewer = context.signed_in_viewer
t = context.t

st.title(t("profile.title"), anchor=False)
profile_forms.about_you(context, viewer)
profile_forms.tastes(context, viewer)
profile_forms.not_interested(context, viewer)
profile_forms.password(context, viewer)

st.header(t("profile.data"), anchor=False)
st.markdown(t("profile.data_text"))
everything = accounts.everything_about(context.warehouse, viewer)
st.download_button(
    t("profile.download"),
    json.dumps(everything, indent=2, ensure_ascii=False),
    file_name="my-data.json",
    mime="application/json",
    icon=":material/download:",
)
profile_forms.deletion(context, viewer)
