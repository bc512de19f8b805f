"""The first page for signed-in viewers: their shelves."""

import streamlit as st

from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.recommendations import candidates
from webapp.recommendations.shelves import Shelf, arranged
from webapp.taste.taste import Taste
from webapp.views import film_cards, page_context
from webapp.views.page import Page
from webapp.views.page_context import PageContext

PAGE = Page(position=10, path="", icon=":material/movie:", audience="signed in")


def show() -> None:
    """Show the page."""
    context = page_context.current()
    viewer = context.signed_in_viewer
    t = context.t
    st.title(t("for_you.title"), anchor=False)
    taste = context.taste()
    shelves = _shelves(context, viewer, taste)
    shown = [item.film.film_id for shelf in shelves for item in shelf.recommendations]
    estimates = context.estimates(taste, shown)
    if estimates.error:
        st.info(t(estimates.error), icon=":material/hourglass_empty:")
    if not shelves:
        st.info(t("for_you.empty"), icon=":material/sentiment_dissatisfied:")
    for shelf in shelves:
        film_cards.shelf(context, shelf, estimates)


def _shelves(context: PageContext, viewer: Viewer, taste: Taste) -> list[Shelf]:
    films, today = context.films, clock.now().date()
    found = list(candidates.for_viewer(films, context.recommender, viewer, taste, today=today))
    context.keep_recommendations(found[0], taste)
    return list(arranged(found, films.catalogue(), taste))


if __name__ == "__main__":
    show()
