"""Options of the whole suite, real data, and stacks that a test describes itself."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from loopback.credentials import Credentials

from local.stack import PRINCIPALS, Stack
from local.supervisor import SERVICES

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


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


def _new_stack(free_ports: Callable[[int], list[int]], state_dir: Path, **values: Any) -> Stack:
    names = ("warehouse_port", "aws_port", "gateway_port", "sagemaker_port")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    credentials = {name: Credentials.generate() for name in PRINCIPALS}
    stack = Stack(state_dir=state_dir, credentials=credentials, **(ports | values))
    stack.write()
    return stack


@contextmanager
def _running(
    started: Callable[..., Any],
    module: str,
    stack: Stack,
    port: int,
    python: str | Path = sys.executable,
) -> Iterator[Any]:
    (service,) = (service for service in SERVICES.values() if service.module == module)
    command = [python, "-m", module, service.argument(stack)]
    log = stack.state_dir / f"{module}.log"
    with started(command, log, f"http://localhost:{port}/_health") as process:
        yield process


@pytest.fixture(scope="session")
def new_stack(free_ports: Callable[[int], list[int]]) -> Callable[..., Stack]:
    """Make and write a stack's description, on free ports, in a folder."""
    return partial(_new_stack, free_ports)


@pytest.fixture(scope="session")
def running(started: Callable[..., Any]) -> Callable[..., Any]:
    """Run a service of a stack as a process; it is ended by the end of its standard input."""
    return partial(_running, started)


@pytest.fixture(scope="session")
def tracked_files() -> list[Path]:
    """Files of the checkout that git knows, without those that were removed."""
    root = Path(__file__).parent.parent
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    paths = [root / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]
