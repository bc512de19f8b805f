"""The main job from end to end, as an analyst would do it in SQL."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import snowflake.connector
from rich.console import Console
from rich.syntax import Syntax
from snowflake.connector import SnowflakeConnection

import film_data
from cli import training_log
from cli.connection import arguments, connected
from cli.demo.training_summary import summary
from cli.errors import CommandError
from cli.progress import Progress
from cli.result_table import as_table
from local.state_folder import is_claimed
from local.supervisor import Options, running

MODEL = "movielens-model-v1"
VIEWER = "196"

TRAIN = "select train_and_get_recommendations('ratings', 'recommendations') as training"

DEPLOY = "select deploy_model('{model}', '{training_job}') as deployment"

# The five films that most people rated and this viewer has not.
INVOKE = """\
with unseen as (
    select film_id, count(*) as rating_count
    from joined_ratings
    where film_id not in (select film_id from joined_ratings where user_id = '{viewer}')
    group by film_id
    order by rating_count desc, film_id
    limit 5
)
select
    '{viewer}' as user_id,
    film_id,
    film.title,
    invoke_model('{model}', '{viewer}', film_id) as estimated_rating
from unseen
inner join film using (film_id)
order by estimated_rating desc"""

RECOMMEND = """\
select rank, film_id, title, release_year, estimated_rating
from recommended_films
where user_id = '{viewer}'
order by rank"""

TRY_NEXT = """\
What to try next:
  make up                                          keep the stack running
  make sql                                         in another terminal: SQL of your own, for example
      select recommend('{model}', '7', 5);
      select invoke_model_details('{model}', '7', '50');
      select list_models();
  .venv/bin/snowreel load movielens --from FOLDER  your own copy of MovieLens
  .venv/bin/snowreel doctor                        check every link of the chain"""


@dataclass
class Journal:
    """Steps, metrics and row counts of a demo, written to `demo.json`."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    metrics: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write the journal as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False, default=str) + "\n")


def play(state_dir: Path) -> None:
    """Show each step and its answer, on the running stack or on one of its own."""
    console = Console(highlight=False, emoji=False)
    console.print("[bold]Snowreel: train, deploy and query a film recommender in SQL[/bold]")
    started = time.monotonic()
    with _stack(state_dir, console), connected(arguments(state_dir, None)) as session:
        _Demo(console, session, state_dir.expanduser().absolute()).play()
    console.print(f"\nDone in {time.monotonic() - started:.0f} seconds.")
    console.print(TRY_NEXT.format(model=MODEL), markup=False, soft_wrap=True)


class _Demo:
    def __init__(self, console: Console, session: SnowflakeConnection, state_dir: Path) -> None:
        self._console = console
        self._session = session
        self._state_dir = state_dir
        self._journal = Journal()

    def play(self) -> None:
        self._load()
        training = self._call("1. Train on all ratings", TRAIN, watch_training=True)
        self._journal.metrics = training["metrics"]
        self._tell(summary(training))
        deployment = self._call(
            "2. Deploy the model",
            DEPLOY.format(model=MODEL, training_job=training["training_job"]),
        )
        self._tell(f"{name.replace('_', ' ')}: {value}" for name, value in deployment.items())
        self._query(
            f"3. Estimate how viewer {VIEWER} would rate five films",
            INVOKE.format(model=MODEL, viewer=VIEWER),
        )
        self._query(f"4. Ten recommendations for viewer {VIEWER}", RECOMMEND.format(viewer=VIEWER))
        for table in ("ratings", "recommendations"):
            self._journal.rows[table] = self._count(table)
        path = self._state_dir / "demo.json"
        self._journal.write(path)
        self._console.print(f"\nStatements, answers and seconds are in {path}.", soft_wrap=True)

    def _load(self) -> None:
        self._console.print("\n[bold]Loading MovieLens 100K[/bold]")
        loader = arguments(self._state_dir, None, who="loader")
        with connected(loader) as session, Progress() as progress:
            report = film_data.load_demo(session, progress.update)
        self._console.print(report.as_text(), markup=False)

    def _call(self, title: str, statement: str, *, watch_training: bool = False) -> dict[str, Any]:
        _, rows, seconds = self._execute(title, statement, watch_training=watch_training)
        answer: dict[str, Any] = json.loads(rows[0][0])
        self._record(statement, answer, seconds)
        if "error" in answer:
            raise CommandError(answer["error"]["message"])
        self._console.print(f"  {seconds:.1f} seconds")
        return answer

    def _tell(self, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            self._console.print(f"  {sentence}", markup=False, soft_wrap=True)

    def _query(self, title: str, statement: str) -> None:
        columns, rows, seconds = self._execute(title, statement)
        answer = [dict(zip(columns, row, strict=True)) for row in rows]
        self._record(statement, answer, seconds)
        self._console.print(as_table(columns, rows))
        self._console.print(f"  {seconds:.1f} seconds")

    def _execute(
        self, title: str, statement: str, *, watch_training: bool = False
    ) -> tuple[list[str], list[tuple[Any, ...]], float]:
        self._console.print(f"\n[bold]{title}[/bold]")
        code = Syntax(f"{statement};", "sql", background_color="default", word_wrap=True)
        self._console.print(code)
        started = time.monotonic()
        with self._session.cursor() as cursor, self._waiting(watch_training=watch_training):
            try:
                cursor.execute(statement)
                rows = cursor.fetchall()
            except snowflake.connector.errors.Error as error:
                raise CommandError(f"The statement failed: {error.msg}") from error
            columns = [column.name.lower() for column in cursor.description]
        return columns, rows, time.monotonic() - started

    def _record(self, statement: str, answer: object, seconds: float) -> None:
        step = {"statement": statement, "answer": answer, "seconds": round(seconds, 3)}
        self._journal.steps.append(step)

    @contextmanager
    def _waiting(self, *, watch_training: bool) -> Iterator[None]:
        if not watch_training:
            yield
            return
        jobs_dir = self._state_dir / "sagemaker" / "training-jobs"
        with Progress() as progress, training_log.shown(jobs_dir, progress):
            yield

    def _count(self, table: str) -> int:
        with self._session.cursor() as cursor:
            cursor.execute("select count(*) from identifier(%s)", (table,))
            return int(cursor.fetchall()[0][0])


@contextmanager
def _stack(state_dir: Path, console: Console) -> Iterator[None]:
    if is_claimed(state_dir):
        console.print(f"Using the stack that runs in {state_dir}.")
        yield
        return
    console.print("\n[bold]Starting the local stack[/bold]")
    with running(Options(state_dir=state_dir), lambda text: console.print(f"  {text}")):
        yield
