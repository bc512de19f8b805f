"""The stack as a process: it starts again after any end, and leaves nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import snowflake.connector

pytestmark = pytest.mark.thorough

SNOWREEL = Path(sys.executable).parent / "snowreel"


@pytest.fixture(autouse=True, scope="module")
def local_only(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--cloud"):
        pytest.skip("about local processes")


@contextmanager
def up(state_dir: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [SNOWREEL, "up", "--no-webapp", "--state-dir", state_dir, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = iter(process.stdout.readline, "")
        assert "ready\n" in said, process.stderr and process.stderr.read()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def family(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def run_sql(state_dir: Path, *statements: str, who: str = "snowflake") -> list[Any]:
    arguments = json.loads((state_dir / "connection.json").read_text())[who]
    with closing(snowflake.connector.connect(**arguments)) as session, session.cursor() as cursor:
        rows: list[Any] = []
        for statement in statements:
            cursor.execute(statement)
            rows = cursor.fetchall()
        return rows


TASTES = [
    "create or replace table tastes (user_id varchar, item_id varchar, rating number)",
    """
    insert into tastes
    select 'u' || floor(seq4() / 20), 'i' || (seq4() % 20), 1 + (seq4() * 7) % 5
    from table(generator(rowcount => 400)) where (seq4() * 7) % 13 > 2
    """,
]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a stack that has run, holds a table and has been stopped."""
    folder = tmp_path_factory.mktemp("stopped")
    with up(folder):
        run_sql(folder, *TASTES, who="loader")
    return folder


@pytest.fixture
def folder_of_an_earlier_run(stopped: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be spoiled."""
    return shutil.copytree(stopped, tmp_path / "state")


@pytest.fixture
def state_dir(stack: Any) -> Path:
    """The folder of the stack that all end-to-end tests share."""
    folder: Path = stack.stack.state_dir
    return folder


def snowreel(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [SNOWREEL, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


# --- stacks of their own --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_no_process_behind(tmp_path: Path, number: signal.Signals) -> None:
    with up(tmp_path) as process:
        children = family(process)
        assert len(children) >= 3
        process.send_signal(number)
        process.wait(timeout=60)
        _, alive = psutil.wait_procs(children, timeout=10)
        assert not alive
        assert process.returncode == 0
    assert not (tmp_path / "connection.json").exists()


@pytest.mark.slow
def test_everything_is_as_it_was_after_kill_9(tmp_path: Path) -> None:
    with up(tmp_path) as process:
        run_sql(tmp_path, *TASTES, who="loader")
        trained = json.loads(
            run_sql(tmp_path, "select train_and_get_recommendations('tastes', 'recs')")[0][0]
        )
        assert trained.get("status") == "Completed", trained
        job = trained["training_job"]
        deployed = json.loads(run_sql(tmp_path, f"select deploy_model('kept', '{job}')")[0][0])
        assert deployed.get("status") == "InService", deployed
        estimate = run_sql(tmp_path, "select invoke_model('kept', 'u1', 'i2')")
        children = family(process)
        os.kill(process.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs(children, timeout=30)
        assert not alive, "orphans outlived the supervisor"
    with up(tmp_path):
        assert run_sql(tmp_path, "select count(*) from recs") == [(trained["rows"],)]
        assert run_sql(tmp_path, "select invoke_model('kept', 'u1', 'i2')") == estimate
        status = json.loads(run_sql(tmp_path, f"select training_status('{job}')")[0][0])
        assert status == trained


@pytest.mark.slow
def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = snowreel("up", "--state-dir", tmp_path, "--warehouse-port", str(port))
    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("file", ["warehouse/SNOWREEL.db", "stack.json"])
def test_a_damaged_state_folder_is_named(folder_of_an_earlier_run: Path, file: str) -> None:
    (folder_of_an_earlier_run / file).write_bytes(b"not what it was" * 1000)
    done = snowreel("up", "--no-webapp", "--state-dir", folder_of_an_earlier_run)
    assert done.returncode == 1
    assert Path(file).name in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_fresh_begins_anew(folder_of_an_earlier_run: Path) -> None:
    with up(folder_of_an_earlier_run, "--fresh"):
        assert run_sql(folder_of_an_earlier_run, "show tables like 'TASTES'") == []


# --- the stack that is there ----------------------------------------------------------------------


def test_a_second_stack_in_the_same_folder_is_refused(state_dir: Path) -> None:
    second = snowreel("up", "--no-webapp", "--state-dir", state_dir)
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert run_sql(state_dir, "select 1") == [(1,)]


def test_doctor_finds_a_whole_chain(state_dir: Path) -> None:
    done = snowreel("doctor", "--state-dir", state_dir)
    assert done.returncode == 0, done.stderr
    assert "Everything works." in done.stdout


def test_doctor_names_the_broken_link(state_dir: Path) -> None:
    run_sql(state_dir, "alter api integration snowreel_api set enabled = false", who="loader")
    try:
        done = snowreel("doctor", "--state-dir", state_dir)
    finally:
        run_sql(state_dir, "alter api integration snowreel_api set enabled = true", who="loader")
    assert done.returncode == 1
    assert "BROKEN  API integration" in done.stderr
    assert "disabled" in done.stderr


def test_scripts_are_rendered_as_the_snowflake_cli_does(state_dir: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.sql"
    script.write_text("select count(*) as n from <% database %>.marts.film where film_id = 'x';\n")
    arguments = ("sql", "--state-dir", state_dir, "--format", "csv", "-f", script, "-D")
    shown = snowreel(*arguments, "database=snowreel")
    refused = snowreel(*arguments, "schema=marts")
    assert (shown.returncode, shown.stdout) == (0, "N\n0\n")
    assert refused.returncode == 1
    assert "<% database %>" in refused.stderr
