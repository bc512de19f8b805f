"""Export of everything that is kept of a viewer, for the viewer to take along."""

from collections.abc import Iterable
from typing import Any

from webapp.accounts.viewer import Viewer
from webapp.exposures import queries as exposure_queries
from webapp.taste import queries
from webapp.warehouse.session import Row
from webapp.warehouse.warehouse import Warehouse


def everything_about(warehouse: Warehouse, viewer: Viewer) -> dict[str, Any]:
    """All data of a viewer but the hash of the password."""
    preferences = queries.preferences_of(warehouse, viewer.viewer_id)
    return {
        "viewer_id": viewer.viewer_id,
        "name": viewer.name,
        "email": viewer.email,
        "country": viewer.country,
        "birth_date": viewer.birth_date.isoformat(),
        "language": viewer.language,
        "favourite_genres": sorted(preferences.favourites),
        "never_shown_genres": sorted(preferences.never),
        "ratings": [
            {
                "film_id": rated.film_id,
                "title": rated.title,
                "year": rated.year,
                "stars": rated.stars,
                "rated_at": rated.rated_at.isoformat(),
                "imdb_id": rated.imdb_id,
                "tmdb_id": rated.tmdb_id,
            }
            for rated in queries.ratings_of(warehouse, viewer.viewer_id)
        ],
        "not_interested": sorted(queries.dismissed_by(warehouse, viewer.viewer_id)),
        "shown": _dated(exposure_queries.exposures_of(warehouse, viewer.viewer_id), "shown_at"),
        "clicked": _dated(exposure_queries.clicks_of(warehouse, viewer.viewer_id), "clicked_at"),
    }


def _dated(rows: Iterable[Row], column: str) -> list[dict[str, Any]]:
    return [{**row, column: row[column].isoformat()} for row in rows]
