"""One running stack for all end-to-end tests, or a cloud account with --cloud."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import snowflake.connector
from snowflake.connector import SnowflakeConnection

from local import connection
from local.supervisor import Options, RunningStack, running


@dataclass
class Analyst:
    """A person with a SQL session."""

    session: SnowflakeConnection

    def rows(self, statement: str, *binds: object) -> list[tuple[Any, ...]]:
        with self.session.cursor() as cursor:
            cursor.execute(statement, binds or None)
            return cursor.fetchall()

    def value(self, statement: str, *binds: object) -> Any:
        return self.rows(statement, *binds)[0][0]

    def answer(self, statement: str, *binds: object) -> Any:
        """The value of a VARIANT function."""
        return json.loads(self.value(statement, *binds))

    def train(self, input_table: str, output_table: str) -> Any:
        return self.answer(
            "select train_and_get_recommendations(%s, %s)", input_table, output_table
        )

    def deploy(self, model: str, artifact: str) -> Any:
        return self.answer("select deploy_model(%s, %s)", model, artifact)


@pytest.fixture(scope="session")
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStack | None]:
    """The local stack; None when the tests run on a cloud account."""
    if request.config.getoption("--cloud"):
        yield None
        return
    options = Options(state_dir=tmp_path_factory.mktemp("stack"), longest_poll_seconds=0.3)
    with running(options, lambda _: None) as stack:
        yield stack


@pytest.fixture(scope="session")
def connection_arguments(
    request: pytest.FixtureRequest, stack: RunningStack | None
) -> dict[str, Any]:
    if stack is None:
        return {"connection_name": request.config.getoption("--cloud")}
    return connection.snowflake_arguments(stack.stack)


@pytest.fixture(scope="session")
def keeper(request: pytest.FixtureRequest, stack: RunningStack | None) -> Iterator[Analyst]:
    """Somebody who may make tables: operators and analysts only read them."""
    arguments: dict[str, Any] = {"connection_name": request.config.getoption("--cloud")}
    if stack is not None:
        arguments = connection.loader_arguments(stack.stack)
    with closing(snowflake.connector.connect(**arguments)) as session:
        yield Analyst(session)


@pytest.fixture
def analyst(connection_arguments: dict[str, Any]) -> Iterator[Analyst]:
    with closing(snowflake.connector.connect(**connection_arguments)) as session:
        yield Analyst(session)


@pytest.fixture(scope="session")
def analyst_of() -> type[Analyst]:
    """Makes an analyst of a session, for fixtures that live longer than a test."""
    return Analyst


@pytest.fixture(scope="session")
def tastes(keeper: Analyst) -> str:
    """Name of a table with the ratings of 60 users of 40 items on a scale of 0.5 to 5."""
    insert_tastes(keeper, "tastes")
    return "tastes"


@pytest.fixture(scope="session")
def trained(connection_arguments: dict[str, Any], tastes: str) -> dict[str, Any]:
    """The answer of a training on `tastes` into the table `taste_recommendations`."""
    with closing(snowflake.connector.connect(**connection_arguments)) as session:
        answer: dict[str, Any] = Analyst(session).train(tastes, "taste_recommendations")
    assert answer.get("status") == "Completed", answer
    return answer


@pytest.fixture(scope="session")
def model(connection_arguments: dict[str, Any], trained: dict[str, Any]) -> str:
    """Name of a deployed model."""
    with closing(snowflake.connector.connect(**connection_arguments)) as session:
        answer = Analyst(session).deploy("taste-model", trained["training_job"])
    assert answer.get("status") == "InService", answer
    return "taste-model"


def insert_tastes(keeper: Analyst, table: str) -> None:
    """Two groups of users, each of which likes the items of its own parity."""
    keeper.rows(f"create or replace table {table} (user_id varchar, item_id varchar, rating float)")
    rows = ", ".join(
        f"('u{user}', 'i{item}', {rating_of(user, item)})"
        for user in range(60)
        for item in range(40)
        if (user * 7 + item * 3) % 4  # a quarter is left to recommend
    )
    keeper.rows(f"insert into {table} values {rows}")


def rating_of(user: int, item: int) -> float:
    liked = user % 2 == item % 2
    return (4.0 if liked else 1.0) + 0.5 * ((user + item) % 3)


def write_lines(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path
