"""Export of everything that is kept of a viewer, for the viewer to take along."""

from typing import Any

from webapp.accounts.viewer import Viewer
from webapp.taste import queries
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
    }
