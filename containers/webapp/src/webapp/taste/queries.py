"""Queries and changes of a viewer's taste."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from webapp.films.queries import film_ids
from webapp.taste.taste import Preferences, RatedFilm, Taste
from webapp.warehouse.session import Row
from webapp.warehouse.statements import Change, Executor, Rows, change, query


@query
def taste(rows: Rows, viewer_id: str) -> Taste:
    """The viewer's ratings, preferences and dismissed films, in one query."""
    found = rows(viewer_id, viewer_id, viewer_id)
    return Taste(
        Preferences(_subjects(found, "favourite"), _subjects(found, "never")),
        {row["subject"]: row["stars"] for row in found if row["kind"] == "rating"},
        _subjects(found, "dismissed"),
    )


def remove_taste(on: Executor, viewer_id: str) -> None:
    """Remove all of the viewer's taste; to be called inside a transaction."""
    remove_ratings_of(on, viewer_id)
    remove_dismissed_of(on, viewer_id)
    remove_preferences_of(on, viewer_id)


# --- preferences ----------------------------------------------------------------------------------


@query
def preferences_of(rows: Rows, viewer_id: str) -> Preferences:
    """The viewer's favourite genres, and those never to be shown."""
    found = rows(viewer_id)
    return Preferences(
        frozenset(row["genre"] for row in found if row["preference"] == "favourite"),
        frozenset(row["genre"] for row in found if row["preference"] == "never"),
    )


@change
def add_preferences(run: Change, viewer_id: str, preferences: Preferences) -> None:
    """Keep the genres of a viewer who has none yet."""
    added = [
        {"preference": preference, "genre": genre}
        for preference, genres in (
            ("favourite", preferences.favourites - preferences.never),
            ("never", preferences.never),
        )
        for genre in sorted(genres)
    ]
    if added:
        run(viewer_id, json.dumps(added))


@change
def remove_preferences_of(run: Change, viewer_id: str) -> None:
    """Remove the viewer's genres."""
    run(viewer_id)


# --- ratings --------------------------------------------------------------------------------------


@query
def ratings_of(rows: Rows, viewer_id: str) -> list[RatedFilm]:
    """The viewer's ratings, the newest first."""
    return [
        RatedFilm(
            row["film_id"],
            row["title"],
            None if row["release_year"] is None else int(row["release_year"]),
            row["rating"],
            row["rated_at"],
            row["imdb_id"],
            None if row["tmdb_id"] is None else int(row["tmdb_id"]),
        )
        for row in rows(viewer_id)
    ]


@change
def add_ratings(
    run: Change,
    viewer_id: str,
    ratings: Mapping[str, float],
    now: datetime,
    *,
    moments: Mapping[str, datetime] | None = None,
) -> None:
    """Keep ratings of films that the viewer has not rated yet, each at its moment or else now."""
    times = moments or {}
    given = [
        {"film_id": film_id, "stars": stars, "rated_at": times.get(film_id, now).isoformat(sep=" ")}
        for film_id, stars in ratings.items()
    ]
    if given:
        run(viewer_id, json.dumps(given))


@change
def remove_rating(run: Change, viewer_id: str, film_id: str) -> None:
    """Remove the viewer's rating of a film."""
    run(viewer_id, film_id, film_id)


@change
def remove_ratings(run: Change, viewer_id: str, rated: Iterable[str]) -> None:
    """Remove the viewer's ratings of several films, given by their ids."""
    film_ids = json.dumps(list(rated))
    run(viewer_id, film_ids, film_ids)


@change
def remove_ratings_of(run: Change, viewer_id: str) -> None:
    """Remove all ratings of the viewer."""
    run(viewer_id)


# --- dismissed films ------------------------------------------------------------------------------


@query
def dismissed_by(rows: Rows, viewer_id: str) -> list[str]:
    """Ids of the films that the viewer is not interested in, the newest first."""
    return film_ids(rows(viewer_id))


@change
def dismiss_film(run: Change, viewer_id: str, film_id: str, now: datetime) -> None:
    """Never recommend the film to the viewer again."""
    run(viewer_id, film_id, now, viewer_id, film_id)


@change
def restore_film(run: Change, viewer_id: str, film_id: str) -> None:
    """Take back that the viewer is not interested in the film."""
    run(viewer_id, film_id, film_id)


@change
def remove_dismissed_of(run: Change, viewer_id: str) -> None:
    """Forget all films that the viewer was not interested in."""
    run(viewer_id)


def _subjects(rows: Iterable[Row], kind: str) -> frozenset[str]:
    return frozenset(row["subject"] for row in rows if row["kind"] == kind)
