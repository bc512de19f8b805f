"""One running stack with a small catalogue and a deployed model, for all tests of the web app."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import snowflake.connector
from model_weeks import plant_weeks, remove_weeks
from snowflake.connector import SnowflakeConnection
from webapp.accounts import accounts, sign_in, tokens
from webapp.accounts.profile import Profile
from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.base.cache import Cache
from webapp.films.catalogue import Catalogue, Film
from webapp.films.library import FilmLibrary
from webapp.recommendations.recommender import Recommender
from webapp.taste.taste import Preferences
from webapp.warehouse.errors import WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

from local import connection
from local.stack import WEBAPP_ROLE
from local.supervisor import Options, RunningStack, running

HERE = Path(__file__).parent
FILMS: list[dict[str, Any]] = json.loads((HERE / "films.json").read_text())
RATERS = 60
COUNTRY_NAMES = {
    "US": "United States",
    "FR": "France",
    "DE": "Germany",
    "JP": "Japan",
    "GB": "United Kingdom",
    "AU": "Australia",
}
PASSWORD = "a long enough password"
_numbers = count(1)


def rating_of(rater: int, film: int) -> float | None:
    """Known films are rated by more people; each rater likes films of one remainder of three."""
    if (rater * 7 + film * 5) % 41 < film:
        return None
    return (4.0 if rater % 3 == film % 3 else 2.0) + 0.5 * ((rater + film) % 3)


# --- without a stack ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def films() -> Catalogue:
    """The small catalogue as the app holds it, better known films first."""
    return Catalogue(
        Film(
            film_id=film["film_id"],
            title=film["title"],
            year=film["year"],
            released_on=date.fromisoformat(film["shown"]) if film["shown"] else None,
            genres=tuple(film["genres"]),
            directors=(film["director"],) if film["director"] else (),
            countries=tuple(film["countries"]),
            rating_count=100 - number,
            rating=5 - number / 20,
        )
        for number, film in enumerate(FILMS)
    )


# --- with the stack -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model_figures(stack: RunningStack) -> Iterator[None]:
    """Five weeks of ratings and lists of two models: the newest day of both is beyond limits."""
    with connection.session(connection.loader_arguments(stack.stack)) as session:
        plant_weeks(session)
        yield
        remove_weeks(session)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack with the catalogue, a model trained on its ratings, and the web app."""
    options = Options(
        state_dir=tmp_path_factory.mktemp("webapp-stack"), webapp=True, longest_poll_seconds=0.3
    )
    with running(options, lambda _: None) as stack:
        arguments = connection.administrator_arguments(stack.stack)
        with closing(snowflake.connector.connect(**arguments)) as session:
            _insert_catalogue(session)
            session.cursor().execute("create user app")
            session.cursor().execute(f"grant role {WEBAPP_ROLE} to user app")
            _deploy_model(session)
        yield stack


@pytest.fixture(scope="session")
def environment(stack: RunningStack) -> dict[str, str]:
    """The variables of the web app's container."""
    return stack.stack.webapp_environment()


@pytest.fixture(scope="session")
def connection_arguments(stack: RunningStack) -> dict[str, Any]:
    """Keyword arguments of a connection with the role of the app."""
    return connection.snowflake_arguments(stack.stack) | {"user": "APP", "role": WEBAPP_ROLE}


@pytest.fixture(scope="session")
def warehouse(connection_arguments: dict[str, Any]) -> Iterator[Warehouse]:
    warehouse = Warehouse(connection_arguments)
    yield warehouse
    warehouse.close()


@pytest.fixture
def cache() -> Cache:
    return Cache(stale_on=WarehouseAwayError)


@pytest.fixture
def library(warehouse: Warehouse, cache: Cache) -> FilmLibrary:
    return FilmLibrary(warehouse, cache)


@pytest.fixture
def recommender(warehouse: Warehouse, cache: Cache, library: FilmLibrary) -> Recommender:
    return Recommender(warehouse, cache, library, "")


@pytest.fixture
def email() -> str:
    """An address that no other test uses."""
    return f"viewer{next(_numbers)}@example.org"


@pytest.fixture
def form(email: str) -> Callable[..., accounts.SignUp]:
    """Makes a filled-in sign-up form."""

    def filled(**values: Any) -> accounts.SignUp:
        profile = Profile(
            name=values.get("name", "Ann"),
            email=values.get("email", email),
            country=values.get("country", "FR"),
            birth_date=values.get("birth_date", date(1990, 5, 17)),
            language=values.get("language", "en"),
        )
        return accounts.SignUp(
            viewer_id=values.get("viewer_id") or accounts.new_viewer_id(),
            profile=profile,
            password=values.get("password", PASSWORD),
            preferences=values.get("preferences", Preferences(frozenset({"Drama"}))),
            ratings=values.get("ratings", {"1": 5.0, "5": 4.0, "9": 2.0}),
        )

    return filled


@pytest.fixture
def new_viewer(
    warehouse: Warehouse, form: Callable[..., accounts.SignUp]
) -> Callable[..., tuple[Viewer, str]]:
    """Signs somebody up; the viewer and the token of a session."""

    def signed_up(**values: Any) -> tuple[Viewer, str]:
        values.setdefault("email", f"viewer{next(_numbers)}@example.org")
        now = clock.now()
        network = tokens.new()
        viewer_id = accounts.sign_up(warehouse, form(**values), network, now)
        ticket = sign_in.ticket(warehouse, "browser", viewer_id, now)
        token = sign_in.redeem(warehouse, ticket, "browser", now)
        assert token is not None
        found = sign_in.signed_in(warehouse, token, now)
        assert found is not None
        return found.viewer, token

    return signed_up


@pytest.fixture
def failing_with() -> Callable[[Exception], Callable[..., Any]]:
    """Makes a function that raises an error, whatever its arguments."""

    def failing(error: Exception) -> Callable[..., Any]:
        def fail(*_: object, **__: object) -> Any:
            raise error

        return fail

    return failing


def _deploy_model(session: SnowflakeConnection) -> None:
    with session.cursor() as cursor:
        cursor.execute("select train_and_get_recommendations('all_ratings', 'recommendations')")
        answer = json.loads(cursor.fetchall()[0][0])
        assert answer.get("status") == "Completed", answer
        cursor.execute("select deploy_model('small-model', %s)", (answer["training_job"],))
        answer = json.loads(cursor.fetchall()[0][0])
        assert answer.get("status") == "InService", answer


def _insert_catalogue(session: SnowflakeConnection) -> None:
    films = [(f["film_id"], f["title"], f["year"], f["shown"]) for f in FILMS]
    genres = [(f["film_id"], g, n) for f in FILMS for n, g in enumerate(f["genres"], 1)]
    countries = [
        (f["film_id"], COUNTRY_NAMES[code], code, n)
        for f in FILMS
        for n, code in enumerate(f["countries"], 1)
    ]
    directors = [
        (f["film_id"], f["director"], f["director"], "Directing", "Director", 1)
        for f in FILMS
        if f["director"]
    ]
    ratings = [
        (f"u{rater}", f["film_id"], stars, f"2020-{rater % 12 + 1:02}-15 12:00:00")
        for rater in range(RATERS)
        for f in FILMS
        if (stars := rating_of(rater, int(f["film_id"]))) is not None
    ]
    year = ("2020-01-01 00:00:00", "2020-12-31 00:00:00")
    raters = [(f"u{rater}", 15 + rater, 10, 3.0, *year) for rater in range(RATERS)]
    for table, columns, rows in (
        ("film", "film_id, title, release_year, release_date", films),
        ("film_genre", "film_id, genre, position", genres),
        ("film_country", "film_id, country, country_code, position", countries),
        ("credits", "film_id, person_id, name, department, job, position", directors),
        ("ratings", "user_id, film_id, rating, rated_at", ratings),
        ("rater", "user_id, age, ratings, mean_rating, first_rated_at, last_rated_at", raters),
    ):
        _insert(session, table, columns, rows)


def _insert(
    session: SnowflakeConnection, table: str, columns: str, rows: Sequence[tuple[object, ...]]
) -> None:
    values = ", ".join(f"({', '.join(_literal(value) for value in row)})" for row in rows)
    with session.cursor() as cursor:
        cursor.execute(f"insert into {table} ({columns}) values {values}")


def _literal(value: object) -> str:
    if value is None:
        return "null"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
