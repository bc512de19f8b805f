"""A warehouse on loopback, training jobs in SageMaker's file layout, and real ratings."""

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import fakesnow.server
import numpy as np
import pyarrow as pa
import pytest
import snowflake.connector
import uvicorn
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.fakes import FakeSnowflakeConnection
from fakesnow.instance import FakeSnow
from recommender import train
from recommender.options import Options
from recommender.ratings import Ratings, from_columns
from snowflake.connector.errors import ProgrammingError

LATEST_SMALL = Path(__file__).parents[3] / "shared" / "data" / "ml-latest-small" / "ratings.csv"
BIN = Path(sys.executable).parent
DEADLINE_SECONDS = 30

#: What the jobs asked the warehouse to grant: (table, role).
GRANTS: list[tuple[str, ...]] = []

UNKNOWN_ROLE = "NOBODY"


class Cursor(FakeSnowflakeCursor):
    """Takes three things that a training job sends and the emulator does not know."""

    def execute(self, command, params=None, *args, **kwargs):
        # write_pandas quotes its stage
        command = re.sub(r"""(FROM\s+)'@"?(\w+)"?'""", r"\1@\2", command)
        binds = list(kwargs.pop("binding_params", None) or ())
        if command.startswith("grant "):
            GRANTS.append(tuple(binds))
            if binds[1] == UNKNOWN_ROLE:
                raise ProgrammingError(msg="Role does not exist.", errno=2003, sqlstate="02000")
            command, binds = "select 'Statement executed successfully.' as status", []
        # the emulator takes "a"."b" for one name, and loses binds where it splits a statement
        while "identifier(?)" in command:
            command = command.replace("identifier(?)", binds.pop(0), 1)
        kwargs["binding_params"] = tuple(binds) or None
        try:
            return super().execute(command, params, *args, **kwargs)
        except duckdb.Error as error:
            raise ProgrammingError(msg=str(error), errno=100178, sqlstate="P0000") from error


class Connection(FakeSnowflakeConnection):
    def cursor(self, cursor_class=None):
        return Cursor(conn=self, duck_conn=self._duck_conn, use_dict_result=False)


class Instance(FakeSnow):
    def connect(self, database=None, schema=None, nop_regexes=None, **kwargs):
        return Connection(self.duck_conn.cursor(), self.results_cache, database, schema, **kwargs)


@dataclass(frozen=True)
class Warehouse:
    """A running warehouse and how to reach it."""

    port: int

    @property
    def settings(self) -> dict[str, object]:
        return {
            "account": "local",
            "user": "SNOWREEL_TRAINING",
            "host": "localhost",
            "port": self.port,
            "protocol": "http",
            "database": "SNOWREEL",
            "schema": "MARTS",
        }

    def run(self, statement: str, *binds: object) -> list[tuple]:
        with (
            snowflake.connector.connect(
                **self.settings,
                password="any",
                paramstyle="qmark",
                platform_detection_timeout_seconds=0,
            ) as connection,
            connection.cursor() as cursor,
        ):
            return cursor.execute(statement, binds or None).fetchall()

    def load(self, table: str, columns: str, rows: str) -> None:
        """Make a table from SQL values."""
        self.run(f"create or replace table {table} ({columns})")
        if rows:
            self.run(f"insert into {table} values {rows}")

    def insert(self, table: str, **columns: np.ndarray) -> None:
        """Make a large table from arrays."""
        rows = pa.table({name: pa.array(values) for name, values in columns.items()})
        with fakesnow.server.shared_fs.duck_conn.cursor() as engine:
            engine.register("new_rows", rows)
            engine.execute(f"create or replace table {table} as select * from new_rows")

    def tables(self) -> list[tuple]:
        """Names of all tables of the stack's schema."""
        return self.run(
            "select table_name from snowreel.information_schema.tables"
            " where table_schema = 'MARTS' order by 1"
        )


@pytest.fixture(scope="session")
def warehouse() -> Iterator[Warehouse]:
    fakesnow.server.shared_fs = Instance()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(fakesnow.server.app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started, "the warehouse to start")
        yield Warehouse(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(DEADLINE_SECONDS)
        listener.close()


@pytest.fixture
def grants() -> list[tuple[str, ...]]:
    """What the jobs of all tests asked the warehouse to grant: (table, role)."""
    return GRANTS


@dataclass(frozen=True)
class Job:
    """A training job's file tree and environment."""

    base: Path
    environ: dict[str, str]

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [BIN / "train"],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self) -> tuple[int, str]:
        """Exit code and log."""
        with self.start() as process:
            # ends a job that hangs, the log then says where
            killer = threading.Timer(DEADLINE_SECONDS, process.kill)
            killer.start()
            log, _ = process.communicate()
            killer.cancel()
        return process.returncode, log

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()

    @property
    def model_files(self) -> list[str]:
        folder = self.base / "model"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def make_job(tmp_path, warehouse):
    """Factory of training jobs: keyword arguments are hyperparameters."""

    def make(name: str = "snowreel-test-job", **hyperparameters: str) -> Job:
        base = tmp_path / name
        config = base / "input" / "config"
        config.mkdir(parents=True)
        order = {
            "input_table": "SNOWREEL.MARTS.RATINGS",
            "output_table": "SNOWREEL.MARTS.RECOMMENDATIONS",
            "artifact_uri": f"s3://bucket/training/{name}/output/model.tar.gz",
            "n_factors": "8",
            "n_epochs": "5",
        } | hyperparameters
        (config / "hyperparameters.json").write_text(json.dumps(order))
        connection = warehouse.settings | {
            "authenticator": "WORKLOAD_IDENTITY",
            "workload_identity_provider": "AWS",
        }
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "TRAINING_JOB_NAME": name,
            "SAGEMAKER_BASE_DIR": str(base),
            "SNOWREEL_ANALYST_ROLE": "SNOWREEL_ANALYST",
            "SNOWREEL_SNOWFLAKE_CONNECTION": json.dumps(connection),
            "SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES": "localhost",
            "AWS_ACCESS_KEY_ID": "AKIA0000000000000000",
            "AWS_SECRET_ACCESS_KEY": "emulator",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        return Job(base, environ)

    return make


def ratings_from(users, items, values) -> Ratings:
    return from_columns(
        pa.chunked_array([pa.array(users, pa.string())]),
        pa.chunked_array([pa.array(items, pa.string())]),
        pa.chunked_array([pa.array(values, pa.float64())]),
    )


@pytest.fixture
def run_here(monkeypatch, capsys):
    """Runs a job in this process, which saves the start of another; gives exit code and log."""

    def run(job: Job) -> tuple[int, str]:
        for name in job.environ:
            monkeypatch.setenv(name, job.environ[name])
        before = signal.getsignal(signal.SIGTERM)
        try:
            code = train.main()
        finally:
            signal.signal(signal.SIGTERM, before)
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


@pytest.fixture(scope="session")
def ratings_of():
    """Makes ratings of three sequences: users, items, values."""
    return ratings_from


@pytest.fixture(scope="session")
def latest_small() -> Ratings:
    """MovieLens latest-small: half stars, 0.5 to 5."""
    if not LATEST_SMALL.exists():
        pytest.skip(f"needs the data set at {LATEST_SMALL}")
    with LATEST_SMALL.open() as file:
        users, items, values, _ = zip(*list(csv.reader(file))[1:], strict=True)
    return ratings_from(users, items, [float(value) for value in values])


@pytest.fixture(scope="session")
def made_up() -> Ratings:
    """60 users, 40 items, ratings 1 to 5 with tastes in them; ids such as u7 and i12."""
    random = np.random.default_rng(0)
    rated = np.argwhere(random.random((60, 40)) < 0.4)
    tastes = random.normal(size=(60, 3)) @ random.normal(size=(3, 40))
    values = np.clip(np.round(3 + tastes[rated[:, 0], rated[:, 1]]), 1, 5)
    return ratings_from([f"u{u}" for u in rated[:, 0]], [f"i{i}" for i in rated[:, 1]], values)


@pytest.fixture(scope="session")
def options():
    """Makes options: the defaults, but small enough to learn in no time, and what is given."""
    small = Options.parse({"algorithm": "svd", "n_factors": "8", "n_epochs": "5"})
    return lambda **changed: replace(small, **changed)


def wait_until(condition, what: str) -> None:
    """Poll until `condition` holds; fail when it takes too long."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"Waited {DEADLINE_SECONDS} s for {what}.")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def eventually():
    """Polls until a condition holds; fails when it takes too long."""
    return wait_until


@pytest.fixture(scope="session")
def free_port():
    """Finds TCP ports that nobody listens on."""

    def find() -> int:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return listener.getsockname()[1]

    return find
