"""A deployment that does what a test says, step by step."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from botocore.credentials import ReadOnlyCredentials

from cli.doctor.quotas import Demand
from cli.verify.site import Names, Site


class FakeSite(Site):
    """Answers SQL and AWS from tables of a test; make writes down what it was asked."""

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        names: dict[str, Any] = {name: name.upper() for name in Names.__dataclass_fields__}
        fixed = {
            "prefix": "snowreel-dev",
            "environment": "dev",
            "region": "us-east-1",
            "demand": Demand("ml.m5.large", max_concurrency=2),
        }
        super().__init__(Names(**(names | fixed)), folder, keeps=keeps)
        self.lacks: dict[str, str] = {}
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self.clients: dict[str, Any] = {}
        self.commands: list[tuple[str, ...]] = []
        self.on_make: Callable[[], None] = lambda: None

    def connect(self) -> Any:
        return FakeConnection(self.answers)

    def client(self, service: str) -> Any:
        return self.clients[service]

    def signer(self) -> ReadOnlyCredentials:
        return ReadOnlyCredentials("key", "secret", None)

    def api_url(self) -> str:
        return "http://localhost:1/v1"

    def check_chain(self) -> str:
        return "9 links hold"

    def make(self, target: str, arguments: str, log: str) -> None:
        self.commands.append((target, arguments))
        self.on_make()


class FakeConnection:
    """A Snowflake session with prepared rows; statements without any answer nothing."""

    def __init__(self, answers: dict[str, list[dict[str, Any]]]) -> None:
        self._answers = answers

    def cursor(self, kind: object = None) -> "FakeConnection":
        self._as_records = kind is not None
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, statement: str, binds: object = None) -> None:
        self._rows = self._answers.get(statement, [])

    def fetchall(self) -> list[Any]:
        return self._rows if self._as_records else [tuple(row.values()) for row in self._rows]

    def close(self) -> None:
        """Nothing to close."""


class Pages:
    """A paginator of boto3 with one page."""

    def __init__(self, **page: Any) -> None:
        self._page = page

    def get_paginator(self, _operation: str) -> "Pages":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [self._page]


@pytest.fixture
def site(tmp_path: Path) -> FakeSite:
    return FakeSite(tmp_path)


@pytest.fixture
def pages() -> type[Pages]:
    """Makes a client whose only paginator has one page."""
    return Pages


@pytest.fixture
def dockerfile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Dockerfile in place of the product's."""
    path = tmp_path / "Dockerfile"
    path.write_text("FROM scratch\n")
    monkeypatch.setattr("cli.verify.steps.delivery._DOCKERFILE", path)
    yield path
    assert path.read_text() == "FROM scratch\n"
