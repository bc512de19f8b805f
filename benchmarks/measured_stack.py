"""A local stack of its own under measurement: with ratings, a deployed model, memory by process."""

import json
import re
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import snowflake.connector
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from snowflake.connector import SnowflakeConnection

from functions.external_function import BATCH_ID_HEADER
from local import connection
from local.stack import REGION, Stack
from local.supervisor import Options, running

USERS, ITEMS = 943, 1682
MODEL = "films"
#: Growth of a process that is no leak: caches, pools and the allocator's own ways.
TOLERATED_GROWTH_MB = 40.0

#: What stands in a process's command line, and what a report calls it.
_LABELS = {
    "snowflake_local": "warehouse",
    "aws_local": "gateway and S3",
    "aws_local.sagemaker": "SageMaker",
    "functions.invoke": "Lambda invoke",
    "functions.deploy": "Lambda deploy",
    "functions.train": "Lambda train",
    "/serve": "serve",
    "/train": "train",
}

_RATINGS = f"""
create or replace table ratings as
select
    'u' || (seq4() % {USERS}) as user_id,
    'i' || (floor(seq4() / {USERS}) * 17 + seq4() % 16) % {ITEMS} as item_id,
    (1 + (seq4() * 7 + floor(seq4() / 13)) % 5)::float as rating
from table(generator(rowcount => 100000))
"""


class BenchmarkError(Exception):
    """A measurement is worth nothing: something that it needs did not work."""


@dataclass(frozen=True)
class Answer:
    """Answer of the API."""

    status: int
    body: Any


class Integrator:
    """A signed client of the API; one for each thread."""

    def __init__(self, stack: Stack) -> None:
        key = stack.credentials["integrator"]
        self._url = stack.api_url
        self._signer = SigV4Auth(
            Credentials(key.aws_access_key_id, key.aws_secret_access_key), "execute-api", REGION
        )
        self._client = httpx.Client(timeout=60, trust_env=False)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def ask(self, method: str, path: str, rows: list[Any], batch_id: str) -> Answer:
        """One request."""
        body = json.dumps({"data": rows}).encode() if method == "POST" else b""
        headers = {
            "content-type": "application/json",
            BATCH_ID_HEADER: batch_id,
        }
        signed = AWSRequest(method, self._url + path, headers, data=body)
        self._signer.add_auth(signed)
        response = self._client.request(
            method, self._url + path, headers=dict(signed.headers), content=body
        )
        return Answer(response.status_code, response.json())

    def value(self, path: str, *arguments: Any) -> Any:
        """The value of one row, waited for as Snowflake does; raises BenchmarkError on an error."""
        batch_id, method = str(uuid.uuid4()), "POST"
        while True:
            answer = self.ask(method, path, [[0, *arguments]], batch_id)
            if answer.status == 200:
                break
            if answer.status not in {202, 429}:
                raise BenchmarkError(f"{path} {arguments}: {answer}")
            method = "GET" if answer.status == 202 else method
            time.sleep(0.1)
        value = answer.body["data"][0][1]
        if isinstance(value, dict) and "error" in value:
            raise BenchmarkError(f"{path} {arguments}: {value}")
        return value


@contextmanager
def measured_stack() -> Iterator[Stack]:
    """A stack in a temporary folder, with the table `ratings`."""
    with (
        tempfile.TemporaryDirectory(prefix="snowreel-bench-") as folder,
        running(Options(state_dir=Path(folder)), lambda _: None) as started,
    ):
        with session(started.stack) as analyst:
            run(analyst, _RATINGS)
        yield started.stack


@contextmanager
def session(stack: Stack) -> Iterator[SnowflakeConnection]:
    """A SQL session."""
    arguments = connection.administrator_arguments(stack)
    with closing(snowflake.connector.connect(**arguments)) as analyst:
        yield analyst


def run(analyst: SnowflakeConnection, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement: its rows."""
    with analyst.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def deploy_model(stack: Stack) -> None:
    """Train on `ratings` and bring the model into service."""
    integrator = Integrator(stack)
    try:
        training = integrator.value("/train", "ratings", "recommendations")
        integrator.value("/deploy", MODEL, training["training_job"])
    finally:
        integrator.close()


def memory() -> dict[str, float]:
    """Resident megabytes of the stack's processes: of each kind, those of the largest."""
    found: dict[str, float] = defaultdict(float)
    for label, process in processes():
        with suppress(psutil.NoSuchProcess):
            found[label] = max(found[label], process.memory_info().rss / 2**20)
    return dict(found)


def processes() -> Iterator[tuple[str, psutil.Process]]:
    """The stack's processes, with what they are."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            command = " ".join(process.cmdline())
            label = next((label for part, label in _LABELS.items() if part in command), None)
            if label and "parent_watchdog.py" not in command:
                yield label, process


def print_memory(start: Mapping[str, float], end: Mapping[str, float]) -> list[str]:
    """Print both, and give a sentence for each that has grown."""
    print(f"\n{'memory':<16}{'start MB':>10}{'end MB':>10}")
    for label in sorted(start.keys() | end.keys()):
        print(f"{label:<16}{start.get(label, 0):>10.0f}{end.get(label, 0):>10.0f}")
    return [
        f"Missed: {label} grew from {start[label]:.0f} to {end[label]:.0f} MB."
        for label in start
        if end.get(label, 0) > start[label] * 1.15 + TOLERATED_GROWTH_MB
    ]


def invocations(stack: Stack, since: int = 0) -> list[dict[str, Any]]:
    """The log lines of the `invoke` function, from byte `since` of its log."""
    with log(stack).open("rb") as lines:
        lines.seek(since)
        return [json.loads(line) for line in lines if re.match(rb'\{.*"duration_ms"', line)]


def log(stack: Stack) -> Path:
    """The log of the `invoke` function."""
    return stack.log_dir / "lambda-invoke.log"
