"""The fields of a search, kept in the address, and help when nothing is found."""

from collections.abc import Callable, Sequence

import streamlit as st

from webapp.base import countries
from webapp.base.markdown import escaped
from webapp.base.translation import Translation
from webapp.films import search
from webapp.films.catalogue import Catalogue
from webapp.films.search import ORDERS, Search

#: The widgets, by the names that they have in the address.
_FILTERS = ("director", "genre", "country", "from", "to")


def fields(t: Translation, catalogue: Catalogue) -> Search:
    """Show the fields; the search that they describe."""
    title = _text(t("search.by_title"), "title", t("search.by_title_hint"))
    with st.expander(t("search.filters"), icon=":material/tune:", expanded=_has_filter()):
        left, middle, right = st.columns(3)
        with left:
            director = _text(t("search.director"), "director")
            genre = _choice(t, "genre", sorted(catalogue.genres, key=t.genre), t.genre)
        with middle:
            codes = _codes(catalogue, t.language)
            country = _choice(t, "country", codes, lambda code: countries.name(code, t.language))
            order = _order(t)
        with right:
            first_year = _year(t("search.from"), "from")
            last_year = _year(t("search.to"), "to")
    return Search(
        title=title,
        director=director,
        genre=genre or "",
        country=country or "",
        first_year=first_year,
        last_year=last_year,
        order=order,
    )


def help_with_nothing(t: Translation, catalogue: Catalogue, wanted: Search) -> None:
    """Suggestions when nothing is found: similar titles, fewer filters."""
    alike = search.similar_titles(catalogue, wanted.title)
    if alike:
        st.markdown(t("search.similar"))
        for title in alike:
            st.button(
                escaped(title),
                key=f"similar-{title}",
                on_click=_look_for,
                args=(title,),
                type="tertiary",
            )
    freed = search.without_one_filter(catalogue, wanted)
    for name, count in freed.items():
        st.markdown(t(f"search.without_{name}", count=count))
    st.button(t("search.clear"), icon=":material/filter_alt_off:", on_click=_clear)


def _text(label: str, key: str, hint: str | None = None) -> str:
    return st.text_input(
        label, key=key, placeholder=hint, bind="query-params", on_change=_first_page
    )


def _choice(
    t: Translation, key: str, options: Sequence[str], shown: Callable[[str], str]
) -> str | None:
    _take_from_address(key, options, None)
    return st.selectbox(
        t(f"search.{key}"),
        options,
        format_func=shown,
        placeholder=t("search.any"),
        index=None,
        key=key,
        on_change=_put_into_address,
        args=(key, None),
    )


def _order(t: Translation) -> search.Order:
    _take_from_address("order", ORDERS, ORDERS[0])
    return st.selectbox(
        t("search.order"),
        ORDERS,
        format_func=lambda name: t(f"search.order_{name}"),
        key="order",
        on_change=_put_into_address,
        args=("order", ORDERS[0]),
    )


# Streamlit's own binding would put the words of the viewer's language into the address; these are
# codes, so that an address means the same to everybody.


def _take_from_address(key: str, options: Sequence[str], usual: str | None) -> None:
    if key not in st.session_state:
        given = st.query_params.get(key)
        st.session_state[key] = given if given in options else usual


def _put_into_address(key: str, usual: str | None) -> None:
    _first_page()
    chosen = st.session_state[key]
    if chosen == usual:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen


def _year(label: str, key: str) -> int | None:
    return st.number_input(
        label,
        value=None,
        min_value=1870,
        max_value=2200,
        step=1,
        key=key,
        bind="query-params",
        on_change=_first_page,
    )


def _codes(catalogue: Catalogue, language: str) -> list[str]:
    return sorted(catalogue.countries, key=lambda code: countries.sort_key(code, language))


def _has_filter() -> bool:
    return any(name in st.query_params for name in (*_FILTERS, "order"))


def _first_page() -> None:
    st.session_state["page"] = 1


def _look_for(title: str) -> None:
    _clear()
    st.session_state["title"] = title


def _clear() -> None:
    for name in ("title", "director"):
        st.session_state[name] = ""
    for name in ("genre", "country", "from", "to"):
        st.session_state[name] = None
    for name in ("genre", "country"):
        st.query_params.pop(name, None)
    _first_page()
