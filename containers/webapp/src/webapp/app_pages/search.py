"""Search: titles, filters, order; the address carries all of it."""

from collections.abc import Sequence

import streamlit as st

from webapp.films import search
from webapp.films.catalogue import Film
from webapp.recommendations.recommender import Estimates
from webapp.taste.taste import Taste
from webapp.views import film_cards, page_context, search_form
from webapp.views.page import Page
from webapp.views.page_context import PageContext

PAGE = Page(position=20, path="search", icon=":material/search:", audience="everybody")


def show() -> None:
    """Show the page."""
    context = page_context.current()
    t = context.t
    catalogue = context.films.catalogue()
    st.title(t("search.title"), anchor=False)
    wanted = search_form.fields(t, catalogue)
    taste = context.taste()
    found: Sequence[Film] = search.matches(catalogue, wanted)
    estimates = None
    if wanted.order == "estimate":
        found, estimates = _by_estimate(context, taste, found)
    st.markdown(t("search.found", count=len(found)))
    if not found:
        search_form.help_with_nothing(t, catalogue, wanted)
        st.stop()
    number = st.pagination(search.page_count(found), key="page", bind="query-params")
    shown = search.page(found, number)
    _list(context, taste, shown, estimates or _estimates(context, taste, shown))


def _by_estimate(
    context: PageContext, taste: Taste, found: Sequence[Film]
) -> tuple[Sequence[Film], Estimates]:
    best_known = found[: search.ESTIMATED_AT_MOST]
    estimates = _estimates(context, taste, best_known)
    return search.by_estimate(best_known, estimates.stars), estimates


def _estimates(context: PageContext, taste: Taste, films: Sequence[Film]) -> Estimates:
    return context.estimates(taste, [film.film_id for film in films])


def _list(context: PageContext, taste: Taste, shown: Sequence[Film], estimates: Estimates) -> None:
    if estimates.error:
        st.info(context.t(estimates.error), icon=":material/hourglass_empty:")
    for film in shown:
        film_cards.line(context, film, estimates, taste)


if __name__ == "__main__":
    show()
