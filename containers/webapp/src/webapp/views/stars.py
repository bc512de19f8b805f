"""Field of five stars: a named group of named choices that the style sheet draws as stars."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from webapp.base.translation import Translation

CHOICES = (1, 2, 3, 4, 5)


def key(film_id: str) -> str:
    """The widget's key, by which the style sheet knows it."""
    return f"stars-{film_id}"


def field(
    t: Translation,
    film_id: str,
    title: str,
    *,
    stars: float | None = None,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> int | None:
    """Show five stars for one film, `stars` of them lit; the chosen number, or None.

    Streamlit's own stars have one name for all films, in English.
    """
    return st.segmented_control(
        # Not escaped: the label is the group's name for screen readers, word for word.
        t("film.your_rating", title=title),
        CHOICES,
        default=None if stars is None else max(1, min(5, round(stars))),
        format_func=lambda count: t("film.stars", count=count),
        key=key(film_id),
        label_visibility="collapsed",
        on_change=on_change,
        args=args,
    )
