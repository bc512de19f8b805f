"""A film as HTML: a poster of colours by genre, its details, its rating. All values are escaped."""

import zlib
from collections.abc import Iterable
from html import escape

from webapp.base.translation import Translation
from webapp.films.catalogue import Film

_GENRES_SHOWN = 3
_STAR = '<span aria-hidden="true">★</span>'
_HUES = (345, 205, 265, 150, 25, 185, 300, 230)


def film(shown: Film, t: Translation, *, rating: str, why: str = "", is_line: bool = False) -> str:
    """The block of a film; `rating` is HTML, the reason `why` it is shown is text."""
    form = "film-line" if is_line else "film-card"
    lines = "".join(f"<p>{line}</p>" for line in _lines(shown, t))
    rating = f'<p class="film-rating">{rating}</p>' if rating else ""
    reason = f'<p class="film-why">{escape(why)}</p>' if why else ""
    return (
        f'<div class="film {form}">{_poster(shown)}'
        f'<div class="film-facts">{lines}{rating}{reason}</div></div>'
    )


def estimated(t: Translation, stars: float, key: str) -> str:
    """An estimated rating, as HTML."""
    return f"{_STAR} {_emphasised(t, stars)} {escape(t(key))}"


def average(t: Translation, stars: float, count: int) -> str:
    """An average rating and the number of ratings behind it, as HTML."""
    return f"{_emphasised(t, stars)} {escape(t('film.average', count=count))}"


def _poster(shown: Film) -> str:
    genre = shown.genres[0] if shown.genres else ""
    hue = _HUES[zlib.crc32(genre.encode()) % len(_HUES)]
    year = f"<span>{shown.year}</span>" if shown.year else ""
    return (
        f'<div class="film-poster" style="--hue: {hue}"><h3>{escape(shown.title)}</h3>{year}</div>'
    )


def _lines(shown: Film, t: Translation) -> Iterable[str]:
    genres = " · ".join(escape(t.genre(genre)) for genre in shown.genres[:_GENRES_SHOWN])
    directors = escape(", ".join(shown.directors))
    return [line for line in (genres, directors) if line] or [escape(t("film.no_facts"))]


def _emphasised(t: Translation, stars: float) -> str:
    return f"<b>{escape(t.stars(stars))}</b>"
