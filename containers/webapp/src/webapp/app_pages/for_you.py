"""The first page for signed-in viewers: their shelves."""

import streamlit as st
from webapp.base import clock
from webapp.recommendations.shelves import arranged
from webapp.views import film_cards, page_context

context = page_context.current()
viewer = context.signed_in_viewer
t = context.t

st.title(t("for_you.title"), anchor=False)
taste = context.taste()
library = context.library
candidates = list(library.candidates(viewer, taste, clock.now().date()))
context.keep_recommendations(candidates[0], taste)
shelves = list(arranged(candidates, library.catalogue(), taste))
shown = [item.film.film_id for shelf in shelves for item in shelf.recommendations]
estimates = context.estimates(taste, shown)
if estimates.error:
    st.info(t(estimates.error), icon=":material/hourglass_empty:")
if not shelves:
    st.info(t("for_you.empty"), icon=":material/sentiment_dissatisfied:")
for shelf in shelves:
    film_cards.shelf(context, shelf, estimates)
