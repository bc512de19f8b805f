"""Placement by hand: the viewer says which film a row of a file means."""

from collections.abc import Sequence

import streamlit as st

from webapp.base.markdown import escaped
from webapp.films import search
from webapp.films.catalogue import Catalogue, Film
from webapp.films.search import Search
from webapp.taste.file_reading import Unplaced
from webapp.views.page_context import PageContext

_PAGE_LENGTH = 10
_CHOICES_AT_MOST = 12


def chosen(
    context: PageContext, file_id: str, catalogue: Catalogue, rows: Sequence[Unplaced]
) -> dict[int, Film]:
    """Show the rows that are not placed, each with films to choose from; the choices by line."""
    if not rows:
        return {}
    # Streamlit forgets a widget that is not on the page: the choices outlive their page here
    choices: dict[int, Film] = st.session_state.setdefault(f"import_choices-{file_id}", {})
    with st.expander(context.t("import.by_hand", count=len(rows)), expanded=True):
        page_count = -(-len(rows) // _PAGE_LENGTH)
        page = st.pagination(page_count, key="import_page") if page_count > 1 else 1
        for row in rows[(page - 1) * _PAGE_LENGTH : page * _PAGE_LENGTH]:
            film = _choice(context, catalogue, row, choices.pop(row.entry.line, None))
            if film is not None:
                choices[row.entry.line] = film
    return dict(choices)


def _choice(
    context: PageContext, catalogue: Catalogue, row: Unplaced, known: Film | None
) -> Film | None:
    t, line = context.t, row.entry.line
    left, right = st.columns(2, vertical_alignment="bottom")
    text = left.text_input(
        t("import.line", line=line, rating=escaped(row.entry.rating)),
        value=next(iter(row.entry.names), ""),
        key=f"import-title-{line}",
    )
    films = _films(catalogue, row, text, known)
    return right.selectbox(
        t("import.which_film"),
        films,
        index=films.index(known) if known else None,
        format_func=_label,
        placeholder=t("import.none_of_these"),
        key=f"import-film-{line}",
    )


def _films(catalogue: Catalogue, row: Unplaced, text: str, known: Film | None) -> list[Film]:
    searched = search.matches(catalogue, Search(title=text)) if text.strip() else []
    chosen_before = [known] if known else []
    return list(dict.fromkeys([*chosen_before, *row.candidates, *searched[:_CHOICES_AT_MOST]]))


def _label(film: Film) -> str:
    year = f" ({film.year})" if film.year else ""
    directors = ", ".join(film.directors[:2])
    return f"{film.title}{year}" + (f" · {directors}" if directors else "")
