"""Every query and change of the app, one function each; the statements are files in `statements/`.

A statement is run as it is written, with its values bound: none is put together from strings.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Protocol

from webapp.accounts.limits import Subject
from webapp.accounts.session import PresentedTicket, SignedIn
from webapp.accounts.viewer import Account, Viewer
from webapp.base import seasons
from webapp.films.catalogue import Catalogue, Film
from webapp.recommendations import model_results
from webapp.recommendations.model_results import ModelResult, RecommendationRequest
from webapp.recommendations.models import Model
from webapp.taste.taste import Preferences, RatedFilm, Taste
from webapp.warehouse.errors import StatementRefusedError
from webapp.warehouse.session import Row


class Statements(Protocol):
    """What runs statements: a warehouse, or one of its sessions inside a transaction."""

    def rows(self, statement: str, *parameters: Any) -> list[Row]:
        """The rows that the statement yields."""
        ...

    def change(self, statement: str, *parameters: Any) -> int:
        """How many rows the statement changed."""
        ...


@lru_cache
def statement(name: str) -> str:
    """The text of a statement, by the name of its file."""
    return resources.files("webapp").joinpath("statements", f"{name}.sql").read_text("utf-8")


# --- films ----------------------------------------------------------------------------------------


def catalogue(on: Statements) -> Catalogue:
    """All films, best known first."""
    return Catalogue(Film.from_row(row) for row in on.rows(statement("catalogue")))


def much_seen(on: Statements) -> list[str]:
    """Ids of the films with the most ratings."""
    return _film_ids(on.rows(statement("much_seen")))


def best_of_genre(on: Statements, genre: str) -> list[str]:
    """Ids of the best films of a genre."""
    return _film_ids(on.rows(statement("best_of_genre"), genre))


def best_of_country(on: Statements, code: str) -> list[str]:
    """Ids of the best films made in a country, by its ISO 3166-1 alpha-2 code."""
    return _film_ids(on.rows(statement("best_of_country"), code))


def best_of_season(on: Statements, season: seasons.Season) -> list[str]:
    """Ids of the best films first shown in a season of the country that made them."""
    southern = json.dumps(sorted(seasons.SOUTHERN))
    months = seasons.northern_months(season)
    return _film_ids(on.rows(statement("best_of_season"), southern, *months))


def loved_at_age(on: Statements, age: int) -> list[str]:
    """Ids of the films that people within five years of `age` like best."""
    return _film_ids(on.rows(statement("loved_at_age"), age, age))


def best_rated(on: Statements) -> list[str]:
    """Ids of the twenty best-rated films."""
    return _film_ids(figures(on, "best_rated"))


def figures(on: Statements, name: str) -> list[Row]:
    """The rows of one of the dashboard's statements, which ask for nothing."""
    return on.rows(statement(name))


# --- the model ------------------------------------------------------------------------------------


def models(on: Statements) -> list[Model]:
    """The deployed models."""
    answer = json.loads(on.rows(statement("models"))[0]["models"])
    return [Model.from_answer(model) for model in answer]


def rating_scale(on: Statements) -> tuple[float, float]:
    """The lowest and the highest rating of the data; 0.5 and 5 where there is none."""
    row = on.rows(statement("rating_scale"))[0]
    return (0.5, 5.0) if row["lowest"] is None else (row["lowest"], row["highest"])


def estimates(
    on: Statements, model: str, viewer_id: str, film_ids: Iterable[str]
) -> dict[str, float]:
    """Estimated stars by film id, as the model knows the viewer; one batch for all films."""
    rows = on.rows(statement("estimates"), model, viewer_id, json.dumps(list(film_ids)))
    return {row["film_id"]: row["estimate"] for row in rows if row["estimate"] is not None}


def estimates_for(
    on: Statements, model: str, ratings: Mapping[str, float], film_ids: Iterable[str]
) -> dict[str, float]:
    """Estimated stars by film id, for somebody with these ratings; one batch for all films."""
    given = json.dumps(dict(ratings))
    rows = on.rows(statement("estimates_for"), model, given, json.dumps(list(film_ids)))
    return {row["film_id"]: row["estimate"] for row in rows if row["estimate"] is not None}


def recommended_for(
    on: Statements, model: str, request: RecommendationRequest
) -> list[ModelResult]:
    """The ranking model's films for the viewer's ratings of the moment, best first.

    Raises:
        StatementRefusedError: The model answers with an error.
    """
    ratings, filters = json.dumps(dict(request.ratings)), json.dumps(dict(request.filters))
    rows = on.rows(statement("recommended_for"), model, ratings, model_results.COUNT, filters)
    answer = json.loads(rows[0]["answer"])
    if "error" in answer:
        raise StatementRefusedError(answer["error"]["message"])
    return [ModelResult.from_answer(found) for found in answer["recommendations"]]


def recommended(on: Statements, viewer_id: str) -> list[str]:
    """Ids of the films of the viewer's last batch recommendations, best first."""
    return _film_ids(on.rows(statement("recommended"), viewer_id))


# --- accounts -------------------------------------------------------------------------------------


def accounts_by_email(on: Statements, email_key: str) -> list[Account]:
    """The accounts with an e-mail address, oldest first."""
    rows = on.rows(statement("accounts_by_email"), email_key)
    return [Account(row["viewer_id"], row["password_hash"]) for row in rows]


def password_hash_of(on: Statements, viewer_id: str) -> str | None:
    """The viewer's password hash; None when the account is gone."""
    rows = on.rows(statement("password_hash"), viewer_id)
    return rows[0]["password_hash"] if rows else None


def add_viewer(
    on: Statements, viewer: Viewer, email_key: str, *, password_hash: str, now: datetime
) -> bool:
    """Add an account; False when it is there already."""
    added = on.change(
        statement("add_viewer"),
        viewer.viewer_id,
        email_key,
        viewer.email,
        viewer.name,
        password_hash,
        viewer.country,
        viewer.birth_date,
        viewer.language,
        now,
        now,
        viewer.viewer_id,
    )
    return added == 1


def change_viewer(on: Statements, viewer: Viewer, email_key: str, now: datetime) -> None:
    """Replace what is kept of a viewer, the password apart."""
    on.change(
        statement("change_viewer"),
        email_key,
        viewer.email,
        viewer.name,
        viewer.country,
        viewer.birth_date,
        viewer.language,
        now,
        viewer.viewer_id,
    )


def change_password(on: Statements, viewer_id: str, password_hash: str, now: datetime) -> None:
    """Replace a viewer's password hash."""
    on.change(statement("change_password"), password_hash, now, viewer_id)


def remove_viewer(on: Statements, viewer_id: str) -> None:
    """Remove everything that is kept of a viewer."""
    for name in (
        "remove_sessions_of_viewer",
        "remove_ratings_of_viewer",
        "remove_dismissed_of_viewer",
        "remove_preferences_of_viewer",
        "remove_viewer",
    ):
        on.change(statement(name), viewer_id)


# --- taste ----------------------------------------------------------------------------------------


def preferences_of(on: Statements, viewer_id: str) -> Preferences:
    """The viewer's favourite genres, and those never to be shown."""
    rows = on.rows(statement("preferences"), viewer_id)
    return Preferences(
        frozenset(row["genre"] for row in rows if row["preference"] == "favourite"),
        frozenset(row["genre"] for row in rows if row["preference"] == "never"),
    )


def add_preferences(on: Statements, viewer_id: str, preferences: Preferences) -> None:
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
        on.change(statement("add_preferences"), viewer_id, json.dumps(added))


def replace_preferences(on: Statements, viewer_id: str, preferences: Preferences) -> None:
    """Replace the viewer's genres; to be called inside a transaction."""
    on.change(statement("remove_preferences_of_viewer"), viewer_id)
    add_preferences(on, viewer_id, preferences)


def taste(on: Statements, viewer_id: str) -> Taste:
    """All that the viewer has said of films and genres, in one query."""
    rows = on.rows(statement("taste"), viewer_id, viewer_id, viewer_id)
    return Taste(
        Preferences(
            frozenset(row["subject"] for row in rows if row["kind"] == "favourite"),
            frozenset(row["subject"] for row in rows if row["kind"] == "never"),
        ),
        {row["subject"]: row["stars"] for row in rows if row["kind"] == "rating"},
        frozenset(row["subject"] for row in rows if row["kind"] == "dismissed"),
    )


def add_ratings(
    on: Statements, viewer_id: str, ratings: Mapping[str, float], now: datetime
) -> None:
    """Keep ratings of films that the viewer has not rated yet."""
    given = [{"film_id": film_id, "stars": stars} for film_id, stars in ratings.items()]
    if given:
        on.change(statement("add_ratings"), viewer_id, now, json.dumps(given))


def rate_films(on: Statements, viewer_id: str, ratings: Mapping[str, float], now: datetime) -> None:
    """Keep several ratings, which replace earlier ones; to be called inside a transaction."""
    on.change(statement("remove_ratings"), viewer_id, json.dumps(list(ratings)))
    add_ratings(on, viewer_id, ratings, now)


def remove_rating(on: Statements, viewer_id: str, film_id: str) -> None:
    """Forget the viewer's rating of a film."""
    on.change(statement("remove_rating"), viewer_id, film_id)


def ratings_of(on: Statements, viewer_id: str) -> list[RatedFilm]:
    """The viewer's ratings, the newest first."""
    return [
        RatedFilm(
            row["film_id"],
            row["title"],
            None if row["release_year"] is None else int(row["release_year"]),
            row["rating"],
            row["rated_at"],
        )
        for row in on.rows(statement("ratings_of_viewer"), viewer_id)
    ]


def dismiss_film(on: Statements, viewer_id: str, film_id: str, now: datetime) -> None:
    """Never recommend the film to the viewer again."""
    on.change(statement("dismiss_film"), viewer_id, film_id, now, viewer_id, film_id)


def restore_film(on: Statements, viewer_id: str, film_id: str) -> None:
    """Take back that the viewer is not interested in the film."""
    on.change(statement("restore_film"), viewer_id, film_id)


def dismissed_by(on: Statements, viewer_id: str) -> list[str]:
    """Ids of the films that the viewer is not interested in, the newest first."""
    return _film_ids(on.rows(statement("dismissed"), viewer_id))


# --- sign-in --------------------------------------------------------------------------------------


def add_ticket(
    on: Statements,
    ticket_hash: str,
    browser_hash: str,
    *,
    viewer_id: str | None,
    expires_at: datetime,
) -> None:
    """Keep a ticket until it is used or expires."""
    on.change(statement("add_ticket"), ticket_hash, browser_hash, viewer_id, expires_at)


def remove_ticket(on: Statements, presented: PresentedTicket, now: datetime) -> bool:
    """Remove a ticket if it is this browser's and good; True for the one caller who removes it."""
    hashes = (presented.ticket_hash, presented.browser_hash)
    return on.change(statement("remove_ticket"), *hashes, now) == 1


def add_session(
    on: Statements,
    token_hash: str,
    presented: PresentedTicket,
    *,
    now: datetime,
    expires_at: datetime,
) -> bool:
    """Keep a session for whom the ticket is; False if it is not good, or signs out."""
    hashes = (presented.ticket_hash, presented.browser_hash)
    return on.change(statement("add_session"), token_hash, now, expires_at, *hashes, now) == 1


def session(on: Statements, token_hash: str, now: datetime) -> SignedIn | None:
    """Whose session it is, if it has not expired."""
    rows = on.rows(statement("session"), token_hash, now)
    if not rows:
        return None
    row = rows[0]
    viewer = Viewer(
        viewer_id=row["viewer_id"],
        name=row["viewer_name"],
        email=row["email_address"],
        country=row["country"],
        birth_date=row["birth_date"],
        language=row["language_code"],
    )
    return SignedIn(viewer, row["expires_at"])


def end_session(on: Statements, token_hash: str) -> None:
    """Remove a session."""
    on.change(statement("remove_session"), token_hash)


def end_sessions_of(on: Statements, viewer_id: str) -> None:
    """Remove all sessions of a viewer."""
    on.change(statement("remove_sessions_of_viewer"), viewer_id)


def remove_expired(on: Statements, now: datetime, *, attempts_before: datetime) -> None:
    """Remove tickets and sessions that are no longer good, and attempts that nobody counts."""
    on.change(statement("remove_expired_tickets"), now)
    on.change(statement("remove_expired_sessions"), now)
    on.change(statement("remove_attempts_before"), attempts_before)


def attempts_since(
    on: Statements, subject_hash: str, since: datetime
) -> tuple[int, datetime | None]:
    """How many attempts there were on a subject since a moment, and when the oldest was."""
    row = on.rows(statement("attempts_since"), subject_hash, since)[0]
    return row["attempts"], row["oldest_at"]


def add_attempts(on: Statements, subjects: Iterable[Subject], now: datetime) -> bool:
    """Count an attempt on each of the subjects; False, and none counted, if one is at its limit."""
    given = [
        {
            "subject_hash": subject.subject_hash,
            "since": subject.since.isoformat(sep=" "),
            "attempts": subject.attempts,
        }
        for subject in subjects
    ]
    return on.change(statement("add_attempts"), json.dumps(given), now) > 0


def _film_ids(rows: Iterable[Row]) -> list[str]:
    return [row["film_id"] for row in rows]
