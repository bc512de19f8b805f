"""Options of the whole suite, and how its tests find ports and start services."""

import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from local import listeners
from local.stack import PRINCIPALS, Credentials, Stack

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
#: A loaded machine takes its time.
START_SECONDS = 60.0
STOP_SECONDS = 30.0


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cloud",
        metavar="CONNECTION",
        help="run the end-to-end tests on the account behind this Snowflake connection",
    )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data sets beside the checkout; they are not part of the repository."""
    if not DATA.is_dir():
        pytest.skip(f"no real data sets at {DATA}")
    return DATA


def _free_ports(count: int = 1) -> list[int]:
    # All are held open until the last is chosen, so that no two are the same.
    held = [socket.create_server((listeners.HOST, 0)) for _ in range(count)]
    try:
        return [listeners.port_of(each) for each in held]
    finally:
        for each in held:
            each.close()


def _wait_for(condition: Callable[[], Any], seconds: float = 30.0, what: str = "it") -> Any:
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} seconds"
        time.sleep(0.01)
    return value


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _new_stack(state_dir: Path, **values: Any) -> Stack:
    names = ("warehouse_port", "aws_port", "gateway_port", "sagemaker_port")
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    credentials = {name: Credentials.generate() for name in PRINCIPALS}
    stack = Stack(state_dir=state_dir, credentials=credentials, **(ports | values))
    stack.write()
    return stack


@contextmanager
def _running(
    module: str, stack: Stack, port: int, python: str | Path = sys.executable
) -> Iterator["subprocess.Popen[bytes]"]:
    log = stack.state_dir / f"{module}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [python, "-m", module, str(stack.state_dir)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    assert process.stdin is not None
    try:
        url = f"http://localhost:{port}/_health"
        _wait_for(
            lambda: process.poll() is not None or _answers(url), START_SECONDS, f"{module} ready"
        )
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.wait()


@contextmanager
def _served(app: Any, **options: Any) -> Iterator[int]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", **options))
    with listeners.bound(0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            _wait_for(lambda: server.started or not thread.is_alive(), START_SECONDS, "the start")
            assert server.started, "the application ended at its start: its log says why"
            yield listeners.port_of(listener)
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Finds a TCP port that nobody listens on."""
    return lambda: _free_ports()[0]


@pytest.fixture(scope="session")
def wait_for() -> Callable[..., Any]:
    """Poll a condition until it is true; its value."""
    return _wait_for


@pytest.fixture(scope="session")
def new_stack() -> Callable[..., Stack]:
    """Make and write a stack's description, on free ports, in a folder."""
    return _new_stack


@pytest.fixture(scope="session")
def running() -> Callable[..., Any]:
    """Run a service as a process; it is ended by the end of its standard input."""
    return _running


@pytest.fixture(scope="session")
def served() -> Callable[..., Any]:
    """`with served(app) as port`: an ASGI application on a thread of this process."""
    return _served
