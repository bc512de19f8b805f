"""Links of a film of MovieLens to its ids elsewhere, in files of several sources."""

from typing import Any

from film_data.pipeline.text_table import Row


def link(row: Row) -> dict[str, Any]:
    """The ids of a film at IMDb and TMDB."""
    imdb = row.text("imdbId")
    return {
        "film_id": row.identifier("movieId", "film_id"),
        "imdb_id": None if imdb is None else f"tt{imdb.removeprefix('tt'):0>7}",
        "tmdb_id": row.whole("tmdbId"),
    }
