"""Actions by which viewers change their taste; one of several statements is done whole or not."""

from collections.abc import Mapping
from datetime import datetime

from webapp.taste import queries
from webapp.taste.taste import Preferences
from webapp.warehouse.session import Session
from webapp.warehouse.warehouse import Warehouse


def rate(
    warehouse: Warehouse, viewer_id: str, film_id: str, stars: float | None, *, now: datetime
) -> None:
    """Keep the stars of a film in place of earlier ones; None removes the rating."""
    if stars is None:
        queries.remove_rating(warehouse, viewer_id, film_id)
    else:
        rate_films(warehouse, viewer_id, {film_id: stars}, now)


def rate_films(
    warehouse: Warehouse,
    viewer_id: str,
    ratings: Mapping[str, float],
    now: datetime,
    *,
    moments: Mapping[str, datetime] | None = None,
) -> None:
    """Keep several ratings in place of earlier ones of the same films; given now without times."""

    def replace(session: Session) -> None:
        queries.remove_ratings(session, viewer_id, ratings)
        queries.add_ratings(session, viewer_id, ratings, now, moments=moments)

    warehouse.transaction(replace)


def never_show_genre(warehouse: Warehouse, viewer_id: str, genre: str) -> None:
    """Add a genre to those that the viewer is never shown; it is no favourite any more."""
    known = queries.preferences_of(warehouse, viewer_id)
    replace_preferences(warehouse, viewer_id, known.never_again(genre))


def replace_preferences(warehouse: Warehouse, viewer_id: str, preferences: Preferences) -> None:
    """Replace the viewer's favourite and unwanted genres."""

    def replace(session: Session) -> None:
        queries.remove_preferences_of(session, viewer_id)
        queries.add_preferences(session, viewer_id, preferences)

    warehouse.transaction(replace)
