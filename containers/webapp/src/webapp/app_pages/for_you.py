"""The first page for signed-in viewers: their shelves."""

import streamlit as st
from webapp.base import clock
from webapp.recommendations import candidates
from webapp.recommendations.shelves import arranged
from webapp.views import film_cards, page_context

context = page_context.current()
viewer = context.signed_in_viewer
t = context.t

st.title(t("for_you.title"), anchor=False)
taste = context.taste()
today = clock.now().date()
films = list(candidates.for_viewer(context.films, context.recommender, viewer, taste, today=today))
context.keep_recommendations(films[0], taste)
shelves = list(arranged(films, context.films.catalogue(), taste))
shown = [item.film.film_id for shelf in shelves for item in shelf.recommendations]
estimates = context.estimates(taste, shown)
if estimates.error:
    st.info(t(estimates.error), icon=":material/hourglass_empty:")
if not shelves:
    st.info(t("for_you.empty"), icon=":material/sentiment_dissatisfied:")
for shelf in shelves:
    film_cards.shelf(context, shelf, estimates)
