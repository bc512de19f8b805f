"""My ratings: see, change, remove, export, import."""

import streamlit as st
from webapp.base.markdown import escaped
from webapp.taste import queries as taste_queries
from webapp.taste import ratings_file
from webapp.views import film_cards, page_context, rating_import

PAGE_LENGTH = 15

context = page_context.current()
viewer = context.signed_in_viewer
t = context.t

st.title(t("my_ratings.title"), anchor=False)
rated = taste_queries.ratings_of(context.warehouse, viewer.viewer_id)
st.markdown(t("my_ratings.count", count=len(rated)))
page_count = max(1, -(-len(rated) // PAGE_LENGTH))
number = st.pagination(page_count, key="page", bind="query-params") if page_count > 1 else 1
for film in rated[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]:
    with st.container(border=True):
        left, middle, right = st.columns([4, 2, 1], vertical_alignment="center")
        year = f" ({film.year})" if film.year else ""
        left.markdown(f"**{escaped(film.title)}**{year}")
        left.caption(t("my_ratings.rated_on", stars=film.stars, day=t.day(film.rated_at.date())))
        with middle:
            film_cards.rating_stars(context, film.film_id, film.title, film.stars)
        with right:
            film_cards.remove_button(context, viewer, film)
if rated:
    st.download_button(
        t("my_ratings.export"),
        ratings_file.exported(rated),
        file_name="ratings.csv",
        mime="text/csv",
        icon=":material/download:",
    )
rating_import.show(context, viewer)
