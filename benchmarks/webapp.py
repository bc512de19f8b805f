"""The web app with many viewers at once: first recommendations after sign-up, pages of a search.

Starts a local stack of its own, loads a catalogue, trains and deploys a model. Run as
`python -m benchmarks.webapp [--from FOLDER] [--viewers N] [--json FILE]`; FOLDER holds a MovieLens
edition, without it the demo's data are loaded.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import snowflake.connector
from rich.console import Console
from rich.table import Table
from webapp.accounts import accounts, sign_in, tokens
from webapp.accounts.profile import Profile
from webapp.base import clock
from webapp.base.cache import Cache
from webapp.base.cookies import Cookies
from webapp.base.paths import TICKET_PATH
from webapp.films.library import FilmLibrary
from webapp.films.search import Search, matches
from webapp.recommendations import candidates
from webapp.recommendations.recommender import Recommender
from webapp.taste import queries as taste_queries
from webapp.taste.taste import Preferences
from webapp.warehouse.errors import WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

import film_data
from benchmarks.viewer_load import Viewer
from local import connection
from local.supervisor import Options, RunningStack, running

VIEWERS = 20
ROUNDS = 5
TITLES = ("star wrs", "casablnca", "godfather", "the", "love", "matrix")
_PASSWORD = "a benchmark's password"


@dataclass(frozen=True)
class Measured:
    """Seconds of one thing that viewers wait for."""

    name: str
    viewers: int
    seconds: Sequence[float]

    def percentile(self, percent: int) -> float:
        """A percentile of the seconds."""
        if len(self.seconds) == 1:
            return self.seconds[0]
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[percent - 1]


def main() -> None:
    """Print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path)
    parser.add_argument("--viewers", type=int, default=VIEWERS)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/webapp.json"))
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="snowreel-bench-") as folder,
        running(Options(state_dir=Path(folder), webapp=True), _say) as stack,
    ):
        films = _prepare(stack, options.source)
        results = _measure(stack, options.viewers)
    _print(films, results)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    documents = [
        asdict(result) | {"p50": result.percentile(50), "p95": result.percentile(95)}
        for result in results
    ]
    options.json.write_text(json.dumps({"films": films, "results": documents}, indent=2) + "\n")


def _prepare(stack: RunningStack, source: Path | None) -> int:
    """Load, train, deploy; how many films there are."""
    arguments = connection.administrator_arguments(stack.stack)
    with closing(snowflake.connector.connect(**arguments)) as session, session.cursor() as cursor:
        _say("Loading")
        if source is None:
            film_data.load_demo(session, lambda *_: None)
        else:
            film_data.load("movielens", source, session, lambda *_: None)
        _say("Training and deploying")
        cursor.execute("select train_and_get_recommendations('all_ratings', 'recommendations')")
        job = json.loads(cursor.fetchall()[0][0])["training_job"]
        cursor.execute("select deploy_model('bench', %s)", (job,))
        cursor.execute("select count(*) from film")
        return int(cursor.fetchall()[0][0])


def _measure(stack: RunningStack, viewers: int) -> list[Measured]:
    warehouse = Warehouse(connection.administrator_arguments(stack.stack))
    address = str(stack.stack.webapp_url)
    with closing(warehouse):
        _say("Measuring one viewer")
        alone = _sign_ups(warehouse, address, 1, ROUNDS)
        search_alone = _searches(warehouse, address, 1, ROUNDS)
        _say(f"Measuring {viewers} viewers at once")
        together = _sign_ups(warehouse, address, viewers, 1)
        search_together = _searches(warehouse, address, viewers, ROUNDS)
        return [
            Measured("first recommendations after sign-up", 1, alone),
            Measured("first recommendations after sign-up", viewers, together),
            Measured("search page", 1, search_alone),
            Measured("search page", viewers, search_together),
            *_parts(warehouse),
        ]


def _sign_ups(warehouse: Warehouse, address: str, viewers: int, rounds: int) -> list[float]:
    """From the sent form to the end of the first page, each in seconds."""

    async def one() -> float:
        viewer = Viewer(address)
        await viewer.visit("/sign-up")
        started = time.perf_counter()
        await _enter(warehouse, viewer)
        await viewer.open()
        return time.perf_counter() - started

    return _at_once(one, viewers, rounds)


def _searches(warehouse: Warehouse, address: str, viewers: int, rounds: int) -> list[float]:
    """Pages of searches by viewers who are signed in, each in seconds."""

    async def one(place: int) -> list[float]:
        viewer = Viewer(address)
        await viewer.visit("/")
        await _enter(warehouse, viewer)
        titles = [TITLES[(turn + place) % len(TITLES)] for turn in range(rounds)]
        return [await viewer.open("search", title=title) for title in titles]

    async def all_at_once() -> list[list[float]]:
        return await asyncio.gather(*(one(place) for place in range(viewers)))

    return [seconds for viewer in asyncio.run(all_at_once()) for seconds in viewer]


def _at_once(one: Callable[[], Awaitable[float]], viewers: int, rounds: int) -> list[float]:
    async def all_at_once() -> list[float]:
        return await asyncio.gather(*(one() for _ in range(viewers)))

    return [seconds for _ in range(rounds) for seconds in asyncio.run(all_at_once())]


async def _enter(warehouse: Warehouse, viewer: Viewer) -> None:
    """Sign somebody new up and the viewer's browser in, as the sign-up page does."""
    mark = viewer.cookies[Cookies(is_secure=False).name("browser")]

    def signed_up() -> str:
        now = clock.now()
        viewer_id = accounts.sign_up(warehouse, _form(), tokens.new(), now)
        return sign_in.ticket(warehouse, mark, viewer_id, now)

    ticket = await asyncio.to_thread(signed_up)
    await viewer.visit(f"{TICKET_PATH}?ticket={ticket}")


def _form() -> accounts.SignUp:
    viewer_id = accounts.new_viewer_id()
    return accounts.SignUp(
        viewer_id=viewer_id,
        profile=Profile(
            name="Bench",
            email=f"{viewer_id}@example.org",
            country="FR",
            birth_date=date(1990, 5, 17),
            language="en",
        ),
        password=_PASSWORD,
        preferences=Preferences(frozenset({"Drama"}), frozenset({"Horror"})),
        ratings={"1": 5.0, "2": 3.0, "50": 4.0},
    )


def _parts(warehouse: Warehouse) -> list[Measured]:
    """Times of the parts of one viewer's visit, each alone and in the app's own code."""
    cache = Cache(stale_on=WarehouseAwayError)
    films = FilmLibrary(warehouse, cache)
    recommender = Recommender(warehouse, cache, films, "")
    now = clock.now()
    viewer_id = accounts.sign_up(warehouse, _form(), tokens.new(), now)
    ticket = sign_in.ticket(warehouse, "browser", viewer_id, now)
    token = sign_in.redeem(warehouse, ticket, "browser", now)
    signed_in = token and sign_in.signed_in(warehouse, token, now)
    if not signed_in:
        raise RuntimeError("The viewer who has just signed up is not signed in.")
    viewer, today = signed_in.viewer, now.date()
    catalogue = films.catalogue()
    taste = taste_queries.taste(warehouse, viewer_id)

    def lists() -> object:
        return list(candidates.for_viewer(films, recommender, viewer, taste, today=today))

    lists()  # what is the same for everybody is cached
    film_ids = [film.film_id for film in catalogue.films[:30]]
    parts: dict[str, Callable[[], object]] = {
        "part: sign-up, statements and password": lambda: accounts.sign_up(
            warehouse, _form(), tokens.new(), clock.now()
        ),
        "part: the viewer's taste": lambda: taste_queries.taste(warehouse, viewer_id),
        "part: ranking model's list": lists,
        "part: 30 estimates in a batch": lambda: recommender.estimates(
            viewer_id, taste.ratings, film_ids
        ),
        "part: title search, typing errors forgiven": lambda: matches(
            catalogue, Search(title="casablnca")
        ),
    }
    return [
        Measured(name, 1, [_timed(part) for _ in range(ROUNDS)]) for name, part in parts.items()
    ]


def _timed(part: Callable[[], object]) -> float:
    started = time.perf_counter()
    part()
    return time.perf_counter() - started


def _print(films: int, results: Sequence[Measured]) -> None:
    table = Table(title=f"Web app, {films:,} films; seconds on the server, browsers apart")
    table.add_column("what")
    for name in ("viewers at once", "times", "p50", "p95"):
        table.add_column(name, justify="right")
    for result in results:
        table.add_row(
            result.name,
            str(result.viewers),
            str(len(result.seconds)),
            f"{result.percentile(50):.3f}",
            f"{result.percentile(95):.3f}",
        )
    Console().print(table)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
