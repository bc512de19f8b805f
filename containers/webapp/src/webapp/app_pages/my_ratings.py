"""My ratings: see, change, remove, export, import."""

import streamlit as st

from webapp.accounts.viewer import Viewer
from webapp.base.markdown import escaped
from webapp.taste import queries, ratings_file
from webapp.taste.taste import RatedFilm
from webapp.views import film_cards, page_context, rating_import
from webapp.views.page import Page
from webapp.views.page_context import PageContext

PAGE = Page(position=30, path="ratings", icon=":material/star:", audience="signed in")

PAGE_LENGTH = 15


def show() -> None:
    """Show the page."""
    context = page_context.current()
    viewer = context.signed_in_viewer
    t = context.t
    st.title(t("my_ratings.title"), anchor=False)
    rated = queries.ratings_of(context.warehouse, viewer.viewer_id)
    st.markdown(t("my_ratings.count", count=len(rated)))
    page_count = max(1, -(-len(rated) // PAGE_LENGTH))
    number = st.pagination(page_count, key="page", bind="query-params") if page_count > 1 else 1
    for film in rated[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]:
        _line(context, viewer, film)
    if rated:
        st.download_button(
            t("my_ratings.export"),
            ratings_file.exported(rated),
            file_name="ratings.csv",
            mime="text/csv",
            icon=":material/download:",
        )
    rating_import.show(context, viewer)


def _line(context: PageContext, viewer: Viewer, film: RatedFilm) -> None:
    t = context.t
    with st.container(border=True):
        left, middle, right = st.columns([4, 2, 1], vertical_alignment="center")
        year = f" ({film.year})" if film.year else ""
        left.markdown(f"**{escaped(film.title)}**{year}")
        left.caption(t("my_ratings.rated_on", stars=film.stars, day=t.day(film.rated_at.date())))
        with middle:
            film_cards.rating_stars(context, film.film_id, film.title, film.stars)
        with right:
            film_cards.remove_button(context, viewer, film)


if __name__ == "__main__":
    show()
