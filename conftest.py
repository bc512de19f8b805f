"""Shared by the tests of product and emulators: ports, services, an end without rest.

Nothing here knows the product: the emulators' tests run in their own folders, too. With workers
(`make test`) the tests are dealt out in units: all tests of a part that use one of its costly
fixtures, and every other file by itself.
"""

import gc
import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import pytest
import uvicorn
from botocore.loaders import JSONFileLoader
from hypothesis import HealthCheck, settings

HOST = "127.0.0.1"
#: A loaded machine takes its time.
START_SECONDS = 60.0
STOP_SECONDS = 30.0
#: Helpers of libraries that end with the interpreter: jsii's kernel, the tracker of shared memory.
END_WITH_PYTHON = ("jsii", "/lib/program.js", "multiprocessing.resource_tracker")

#: Fixtures that take seconds to make and are shared: one process makes them for a whole part.
COSTLY = {"stack", "warehouse", "bench", "aws_port", "s3_port", "dev", "prod", "deployment"}

# Speed is never a test, and nobody's run fails by a chance example: those are drawn anew with
# `--hypothesis-profile search`.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("search"), derandomize=True)
settings.load_profile("steady")

_description = cache(JSONFileLoader().load_file)


def _load_once(_: JSONFileLoader, path: str) -> Any:
    """An API's description, megabytes of JSON that each new session of boto3 would parse anew."""
    return _description(path)


JSONFileLoader.load_file = _load_once


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal the tests out in units, the longest first: no worker is idle while another ends one."""
    # a worker is told by this name: its own `dist` is "no"
    if not getattr(config.option, "loadgroup", False):
        return
    unit_of = {item: _unit(item) for item in items}
    sizes = Counter(unit_of.values())
    slow = {unit_of[item] for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (unit_of[item] not in slow, -sizes[unit_of[item]]))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(unit_of[item]))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Let the interpreter collect all that the run has left.

    The web app's pages keep what lives long out of collections, and Hypothesis has a callback in
    them that fails while the interpreter ends. What is not collected then, DuckDB's binding prints
    a page about, though every connection is closed.
    """
    gc.unfreeze()
    others = [each for each in gc.callbacks if "hypothesis" not in getattr(each, "__module__", "")]
    gc.callbacks[:] = others


def _unit(item: pytest.Item) -> str:
    """The file of a test, or its part of the tree where it uses what is costly to make."""
    file = item.nodeid.partition("::")[0]
    costly = COSTLY & set(getattr(item, "fixturenames", ()))
    is_shared = costly and not item.get_closest_marker("slow")
    return "/".join(file.split("/")[:2]) if is_shared else file


def _free_ports(count: int = 1) -> list[int]:
    # All are held open until the last is chosen, so that no two are the same.
    held = [socket.create_server((HOST, 0)) for _ in range(count)]
    try:
        return [each.getsockname()[1] for each in held]
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


@contextmanager
def _started(
    command: Sequence[str | Path], log: Path, url: str
) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output)
    assert process.stdin is not None
    try:
        _wait_for(lambda: process.poll() is not None or _answers(url), START_SECONDS, url)
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
    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            _wait_for(lambda: server.started or not thread.is_alive(), START_SECONDS, "the start")
            assert server.started, "the application ended at its start: its log says why"
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)


@pytest.fixture(scope="session")
def free_ports() -> Callable[[int], list[int]]:
    """Finds different TCP ports that nobody listens on."""
    return _free_ports


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Finds a TCP port that nobody listens on."""
    return lambda: _free_ports()[0]


@pytest.fixture(scope="session")
def wait_for() -> Callable[..., Any]:
    """Poll a condition until it is true; its value."""
    return _wait_for


@pytest.fixture(scope="session")
def started() -> Callable[..., Any]:
    """`with started(command, log, url)`: a service that ends with its standard input."""
    return _started


@pytest.fixture(scope="session")
def served() -> Callable[..., Any]:
    """`with served(app) as port`: an ASGI application on a thread of this process."""
    return _served


def _is_helper(process: psutil.Process) -> bool:
    return any(name in word for word in process.cmdline() for name in END_WITH_PYTHON)


def _is_of(process: psutil.Process, folder: str) -> bool:
    return any(folder in word for word in process.cmdline()) or process.cwd().startswith(folder)


def _left_over(folder: Path) -> list[psutil.Process]:
    """Living processes of this run: its children, and whoever works in its folder."""
    found = {process.pid: process for process in psutil.Process().children(recursive=True)}
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and _is_of(process, str(folder)):
                found[process.pid] = process
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    ours = []
    for process in found.values():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and not _is_helper(process):
                ours.append(process)
        except psutil.NoSuchProcess:
            continue
    return ours


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Set up first and torn down last: then no process of the run may be alive."""
    folder = tmp_path_factory.getbasetemp()
    yield
    _, alive = psutil.wait_procs(_left_over(folder), timeout=STOP_SECONDS)
    left = [" ".join(process.cmdline()) for process in alive if process.is_running()]
    assert not left, f"processes that a test has left behind: {left}"
