"""Search: titles, filters, order; the address carries all of it."""

import streamlit as st
from webapp.films import search
from webapp.views import film_cards, page_context, search_form

context = page_context.current()
t = context.t
catalogue = context.films.catalogue()

st.title(t("search.title"), anchor=False)
wanted = search_form.fields(t, catalogue)
taste = context.taste()
found = search.matches(catalogue, wanted)
if wanted.order == "estimate":
    best_known = found[: search.ESTIMATED_AT_MOST]
    estimates = context.estimates(taste, [film.film_id for film in best_known])
    found = search.by_estimate(best_known, estimates.stars)
st.markdown(t("search.found", count=len(found)))
if not found:
    search_form.help_with_nothing(t, catalogue, wanted)
    st.stop()
number = st.pagination(search.page_count(found), key="page", bind="query-params")
shown = search.page(found, number)
if wanted.order != "estimate":
    estimates = context.estimates(taste, [film.film_id for film in shown])
if estimates.error:
    st.info(t(estimates.error), icon=":material/hourglass_empty:")
for film in shown:
    film_cards.line(context, film, estimates, taste)
