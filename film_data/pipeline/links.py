"""Links of a film of MovieLens to its ids elsewhere, in files of several sources."""

from film_data.pipeline.text_table import Row, Values


def link(row: Row) -> Values:
    """The ids of a film at IMDb and TMDB."""
    imdb = row.text("imdbId")
    return {
        "film_id": row.identifier("movieId", "film_id"),
        "imdb_id": None if imdb is None else f"tt{imdb.removeprefix('tt'):0>7}",
        "tmdb_id": row.whole("tmdbId"),
    }
