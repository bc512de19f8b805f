"""The first page for signed-in viewers: their shelves."""

import streamlit as st
from webapp import clock, film_view, visit
from webapp.shelves import arranged

current = visit.current()
viewer = current.signed_in_viewer
t = current.t

st.title(t("for_you.title"), anchor=False)
taste = current.taste()
library = current.library
candidates = list(library.candidates(viewer, taste, clock.now().date()))
current.keep_recommendations(candidates[0], taste)
shelves = list(arranged(candidates, library.catalogue(), taste))
shown = [item.film.film_id for shelf in shelves for item in shelf.recommendations]
estimates = current.estimates(taste, shown)
if estimates.error:
    st.info(t(estimates.error), icon=":material/hourglass_empty:")
if not shelves:
    st.info(t("for_you.empty"), icon=":material/sentiment_dissatisfied:")
for shelf in shelves:
    film_view.shelf(current, shelf, estimates)
