"""Links of a film of MovieLens to its ids elsewhere, in files of several sources."""

from film_data.pipeline.row import Row, Values


def link(row: Row, *, tmdb_column: str = "tmdbId") -> Values:
    """The ids of a film at IMDb and TMDB."""
    return {
        "film_id": row.identifier("movieId", "film_id"),
        "imdb_id": row.imdb_id("imdbId"),
        "tmdb_id": row.optional_identifier(tmdb_column),
    }
