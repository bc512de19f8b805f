"""Every Dockerfile is really built; `train` and `serve` run from the image."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import snowflake.connector
from loopback.credentials import Credentials

from local import connection, product_sql, warehouse_settings
from local.stack import DATABASE, PRINCIPALS, SCHEMA, Stack

ROOT = Path(__file__).parents[2]
DOCKERFILES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("containers/*/Dockerfile"))

pytestmark = [pytest.mark.thorough, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def builder(tmp_path_factory):
    builders = load_builders()
    found = builders.find(tmp_path_factory.mktemp("images"))
    if found is None:
        pytest.skip(
            "no image can be built: there is no docker or podman engine, nor, as root, buildah "
            "with debootstrap (apt-get install buildah debootstrap)"
        )
    yield found
    found.close()


def load_builders():
    """The module beside this one; tests are no package."""
    from importlib.util import module_from_spec, spec_from_file_location

    path = Path(__file__).with_name("image_builder.py")
    spec = spec_from_file_location("image_builder", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["image_builder"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def images(builder):
    """Builds each image once."""
    built = {}

    def build(dockerfile):
        if dockerfile not in built:
            tag = f"localhost/{Path(dockerfile).parent.name}"
            builder.build(dockerfile, tag)
            built[dockerfile] = tag
        return built[dockerfile]

    return build


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_the_dockerfile_builds(images, dockerfile):
    images(dockerfile)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


def wait_until_ready(url, process, seconds=60):
    deadline = time.monotonic() + seconds
    while not answers(url):
        assert process.poll() is None, process.stdout and process.stdout.read()
        assert time.monotonic() < deadline, url
        time.sleep(0.1)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """A local warehouse as a process, with the product's objects and 40 ratings in it."""
    described = Stack(
        state_dir=tmp_path_factory.mktemp("state"),
        warehouse_port=free_port(),
        aws_port=0,
        gateway_port=0,
        sagemaker_port=0,
        credentials={name: Credentials.generate() for name in PRINCIPALS},
    )
    described.write()
    with (described.state_dir / "warehouse.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "snowflake_local", warehouse_settings.write(described)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
    try:
        wait_until_ready(f"{described.warehouse_url}/_health", server)
        load_ratings(described)
        yield described
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(30)


def load_ratings(stack):
    arguments = connection.administrator_arguments(stack)
    del arguments["database"], arguments["schema"]
    with closing(snowflake.connector.connect(**arguments)) as session:
        product_sql.run(session)
        rows = ", ".join(
            f"('{user}', '{item}', {1 + (user * item) % 5}, null)"
            for user in range(1, 9)
            for item in range(1, 10)
            if (user + item) % 4
        )
        session.cursor().execute(f"insert into {DATABASE}.{SCHEMA}.ratings values {rows}")


def rows_of(stack, statement):
    with closing(snowflake.connector.connect(**connection.snowflake_arguments(stack))) as session:
        cursor = session.cursor()
        cursor.execute(statement)
        return cursor.fetchall()


@contextmanager
def running(builder, *arguments):
    process = builder.start(*arguments)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
        process.stdout.close()


@pytest.fixture(scope="module")
def trained(builder, images, stack, tmp_path_factory):
    """The folder /opt/ml after `train` ran from the image."""
    tag = images("containers/recommender/Dockerfile")
    folder = tmp_path_factory.mktemp("ml")
    for name in ("input/config", "model", "output"):
        (folder / name).mkdir(parents=True)
    table = f"{DATABASE}.{SCHEMA}"
    hyperparameters = {
        "input_table": f"{table}.ratings",
        "output_table": f"{table}.recommendations",
        "artifact_uri": "s3://bucket/training/image-test/output/model.tar.gz",
        "n_factors": "4",
        "n_epochs": "3",
        "seed": "1",
        "folds": "2",
    }
    (folder / "input/config/hyperparameters.json").write_text(json.dumps(hyperparameters))
    environment = stack.aws_environment("training-job") | {
        "TRAINING_JOB_NAME": "image-test",
        "SNOWREEL_SNOWFLAKE_CONNECTION": json.dumps(stack.training_connection()),
        "SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES": "localhost",
    }
    # the local warehouse's stages are folders, to which the connector itself writes
    mounts = {folder: "/opt/ml", stack.state_dir: str(stack.state_dir)}
    with running(builder, tag, "train", environment, mounts) as process:
        output, _ = process.communicate(timeout=300)
    failure = folder / "output/failure"
    reason = failure.read_text() if failure.exists() else ""
    assert process.returncode == 0, reason + output[-4_000:]
    return folder


def test_train_runs_from_the_image(trained, stack):
    manifest = json.loads((trained / "model/manifest.json").read_text())
    assert manifest["training_job"] == "image-test"
    users = rows_of(
        stack, f"select count(distinct user_id) from {DATABASE}.{SCHEMA}.recommendations"
    )
    assert users == [(8,)]


def test_serve_runs_from_the_image(builder, images, trained):
    tag = images("containers/recommender/Dockerfile")
    port = free_port()
    environment = {"SAGEMAKER_BIND_TO_PORT": str(port), "SNOWREEL_SERVE_HOST": "127.0.0.1"}
    body = {"estimate": {"user_ids": ["1", "nobody"], "item_ids": ["4", "4"]}}
    with running(builder, tag, "serve", environment, {trained: "/opt/ml"}) as process:
        wait_until_ready(f"http://127.0.0.1:{port}/ping", process)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/invocations",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            answer = json.loads(response.read())
    assert answer["known_users"] == [True, False]
    assert all(1 <= estimate <= 5 for estimate in answer["estimates"])
    assert answer["training_job"] == "image-test"


def test_the_web_app_runs_from_the_image(builder, images):
    tag = images("containers/webapp/Dockerfile")
    port = free_port()
    environment = {
        "SNOWREEL_SNOWFLAKE_CONNECTION": '{"account": "nowhere"}',
        "SNOWREEL_WEBAPP_HOST": "127.0.0.1",
        "SNOWREEL_WEBAPP_PORT": str(port),
    }
    with running(builder, tag, "snowreel-webapp", environment, {}) as process:
        wait_until_ready(f"http://127.0.0.1:{port}/_stcore/health", process)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/", headers={"Accept-Language": "fr"}
        )
        with urllib.request.urlopen(request, timeout=10) as page:
            assert '<html lang="fr">' in page.read().decode()
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
