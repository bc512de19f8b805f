"""Films as cards with reason and buttons, in rows that fold on a phone."""

from collections.abc import Callable, Mapping
from itertools import chain

import streamlit as st

from webapp.accounts.viewer import Viewer
from webapp.base import clock, countries
from webapp.base.markdown import escaped
from webapp.base.translation import Translation
from webapp.films.catalogue import Film
from webapp.recommendations import candidates
from webapp.recommendations.recommender import Estimates
from webapp.recommendations.shelves import SHELF_LENGTH, Reason, Shelf, ShelfName, arranged
from webapp.taste import actions
from webapp.taste import queries as taste_queries
from webapp.taste.taste import RatedFilm, Taste
from webapp.views import errors, film_html
from webapp.views import stars as stars_field
from webapp.views.page_context import PageContext

#: Choices of the menu of a film; that of a genre names it.
_DISMISS = "dismiss"
_NEVER = "never "


def shelf(context: PageContext, shown: Shelf, estimates: Estimates) -> None:
    """Show a heading and its films."""
    words = _escaped_words(shown.values, context.t)
    st.header(context.t(f"shelf.{shown.name}", **words), anchor=False)
    columns = st.columns(SHELF_LENGTH, gap="small")
    for column, recommendation in zip(columns, shown.recommendations, strict=False):
        film = recommendation.film
        with column.container(border=True, height="stretch", gap="xsmall"):
            why = _reason_text(recommendation.reason, context.t)
            rating = _rating(context, film, estimates)
            st.html(film_html.film(film, context.t, rating=rating, why=why))
            buttons(context, film, shelf=shown.name)
    context.shown(shown)


def line(context: PageContext, film: Film, estimates: Estimates, taste: Taste) -> None:
    """Show a film in a list of search results, with the viewer's own rating if there is one."""
    with st.container(border=True):
        left, right = st.columns([3, 1], vertical_alignment="center")
        rating = _rating(context, film, estimates)
        left.html(film_html.film(film, context.t, rating=rating, is_line=True))
        with right.container(gap="xsmall"):
            buttons(context, film, taste.ratings.get(film.film_id))


def buttons(
    context: PageContext, film: Film, stars: float | None = None, *, shelf: ShelfName | None = None
) -> None:
    """Show stars, "not interested" and "never this genre"; nothing for those who are signed out."""
    if context.viewer is None:
        return
    rating_stars(context, film.film_id, film.title, stars, shelf=shelf)
    choices = [_DISMISS, *(f"{_NEVER}{genre}" for genre in film.genres)]
    key = f"more-{film.film_id}"
    st.menu_button(
        context.t("film.more"),
        choices,
        key=key,
        type="tertiary",
        format_func=lambda choice: _choice_text(choice, context.t),
        on_click=_choose,
        args=(context, film, key, shelf),
    )


def rating_stars(
    context: PageContext,
    film_id: str,
    title: str,
    stars: float | None = None,
    *,
    shelf: ShelfName | None = None,
) -> None:
    """Show the stars of one film, the viewer's rating lit; a choice is kept as the rating."""
    args = (context, film_id, title, shelf)
    stars_field.field(context.t, film_id, title, stars=stars, on_change=_rate, args=args)


def remove_button(context: PageContext, viewer: Viewer, film: RatedFilm) -> None:
    """Show the button that removes the viewer's rating of a film."""

    def remove() -> None:
        errors.run_action(
            lambda: taste_queries.remove_rating(context.warehouse, viewer.viewer_id, film.film_id),
            context.t("film.rating_removed", title=escaped(film.title)),
        )

    st.button(
        context.t("film.remove"),
        key=f"remove-{film.film_id}",
        on_click=remove,
        icon=":material/delete:",
        type="tertiary",
    )


def popular(context: PageContext) -> None:
    """Show much-seen and best-rated films; from the cache when Snowflake is away."""
    popular_films = candidates.for_everybody(context.films)
    for shown in arranged(popular_films, context.films.catalogue(), Taste()):
        shelf(context, shown, Estimates({}))


def last_known_films(context: PageContext) -> None:
    """Show the fallback for a Snowflake that is away: last recommendations, then popular films."""
    last = context.last_recommendations()
    if last is None:
        popular(context)
        return
    age = context.t.duration(clock.now() - last.recommended_at)
    st.caption(context.t("errors.last_recommendations", age=age))
    films = chain([last.candidates], candidates.for_everybody(context.films))
    for shown in arranged(films, context.films.catalogue(), last.taste):
        shelf(context, shown, Estimates({}))


def _rate(context: PageContext, film_id: str, title: str, shelf: ShelfName | None) -> None:
    viewer_id = context.signed_in_viewer.viewer_id
    chosen = st.session_state[stars_field.key(film_id)]  # None: the lit star was chosen again
    stars = None if chosen is None else float(chosen)
    sentence = "film.rating_removed" if chosen is None else "film.rated"
    is_done = errors.run_action(
        lambda: actions.rate(context.warehouse, viewer_id, film_id, stars, now=clock.now()),
        context.t(sentence, title=escaped(title), stars=chosen or 0),
    )
    if is_done and chosen is not None:
        context.clicked(shelf, film_id, "rated")


def _choose(context: PageContext, film: Film, key: str, shelf: ShelfName | None) -> None:
    choice: str = st.session_state[key]
    viewer = context.signed_in_viewer
    if choice == _DISMISS:
        is_done = _dismiss(context, viewer, film)
    else:
        is_done = _never_show(context, viewer, choice.removeprefix(_NEVER))
    if is_done:
        context.clicked(shelf, film.film_id, "dismissed")


def _dismiss(context: PageContext, viewer: Viewer, film: Film) -> bool:
    return errors.run_action(
        lambda: taste_queries.dismiss_film(
            context.warehouse, viewer.viewer_id, film.film_id, clock.now()
        ),
        context.t("film.dismissed", title=escaped(film.title)),
    )


def _never_show(context: PageContext, viewer: Viewer, genre: str) -> bool:
    return errors.run_action(
        lambda: actions.never_show_genre(context.warehouse, viewer.viewer_id, genre),
        context.t("film.never_again", genre=escaped(context.t.genre(genre))),
    )


def _choice_text(choice: str, t: Translation) -> str:
    if choice == _DISMISS:
        return t("film.not_interested")
    return t("film.never", genre=escaped(t.genre(choice.removeprefix(_NEVER))))


def _rating(context: PageContext, film: Film, estimates: Estimates) -> str:
    stars = estimates.stars.get(film.film_id)
    if stars is not None:
        key = "film.estimate" if context.viewer else "film.estimate_for_nobody"
        return film_html.estimated(context.t, stars, key)
    if film.rating is not None:
        return film_html.average(context.t, film.rating, film.rating_count)
    return ""


def _reason_text(reason: Reason, t: Translation) -> str:
    return t(reason.key, **_words(reason.values, t))


def _escaped_words(values: Mapping[str, str], t: Translation) -> dict[str, str]:
    return {name: escaped(word) for name, word in _words(values, t).items()}


def _words(values: Mapping[str, str], t: Translation) -> dict[str, str]:
    # Codes become words here, where the language is known.
    words: dict[str, Callable[[str], str]] = {
        "genre": t.genre,
        "country": lambda code: countries.name(code, t.language),
        "season": lambda season: t(f"season.{season}"),
    }
    return {name: words.get(name, str)(value) for name, value in values.items()}
