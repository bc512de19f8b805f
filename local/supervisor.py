"""Starts the services of a local stack, watches them, and leaves none behind."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from loopback import listeners
from loopback.processes import Child, Surroundings

from local import aws_settings, connection, product_sql, trust, warehouse_settings
from local.errors import LocalError
from local.stack import Stack
from local.state_folder import claimed, known_credentials

START_TIMEOUT_SECONDS = 90.0
STOP_GRACE_SECONDS = 20.0
_POLL_SECONDS = 0.05

Say = Callable[[str], None]


@dataclass(frozen=True)
class Service:
    """One process of the stack."""

    module: str
    #: Ports that it serves.
    ports: Callable[[Stack], tuple[int | None, ...]]
    #: Addresses that answer when the service is ready.
    health: Callable[[Stack], tuple[str, ...]]
    #: The path that the process is given: a file of settings, or the state folder.
    argument: Callable[[Stack], Path] = lambda stack: stack.state_dir


SERVICES = {
    "aws": Service(
        "aws_local",
        lambda stack: (stack.aws_port, stack.gateway_port),
        lambda stack: (f"{stack.aws_endpoint_url}/moto-api/", _health(stack.gateway_port)),
        aws_settings.write_aws,
    ),
    "sagemaker": Service(
        "aws_local.sagemaker",
        lambda stack: (stack.sagemaker_port,),
        lambda stack: (_health(stack.sagemaker_port),),
        aws_settings.write_sagemaker,
    ),
    "warehouse": Service(
        "snowflake_local",
        lambda stack: (stack.warehouse_port,),
        lambda stack: (_health(stack.warehouse_port),),
        warehouse_settings.write,
    ),
}
WEBAPP = Service(
    "local.webapp",
    lambda stack: (stack.webapp_port,),
    lambda stack: (f"http://localhost:{stack.webapp_port}/_stcore/health",),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of `snowreel up`."""

    state_dir: Path
    fresh: bool = False
    #: Whether the web app runs, too.
    webapp: bool = False
    #: Fixed ports by service ("warehouse", "api"); others are free ones.
    ports: dict[str, int] | None = None
    start_delay_seconds: float = 0.0
    longest_poll_seconds: float = 5.0
    #: Whether the nightly loop's schedule begins runs.
    nights: bool = False


@contextmanager
def running(options: Options, say: Say) -> Iterator["RunningStack"]:
    """A stack that is ready inside the block and gone after it.

    Raises:
        LocalError: The stack cannot start; nothing is left running.
    """
    with claimed(options.state_dir, fresh=options.fresh) as state_dir, ExitStack() as cleanup:
        ports = _listen(options)
        for listener in ports.values():
            cleanup.callback(listener.close)
        stack = _describe(state_dir, options, ports)
        stack.write()
        connection.file(state_dir).unlink(missing_ok=True)
        running_stack = RunningStack(stack, list(ports.values()))
        cleanup.callback(running_stack.stop)
        running_stack.start(say)
        say("Running the SQL scripts")
        with connection.session(connection.administrator_arguments(stack)) as session:
            product_sql.run(session)
            trust.trust_integration(session, stack)
        connection.write(stack)
        cleanup.callback(connection.file(state_dir).unlink, missing_ok=True)
        yield running_stack


class RunningStack:
    """The processes of one stack."""

    def __init__(self, stack: Stack, sockets: Sequence[socket.socket]) -> None:
        self.stack = stack
        self._sockets = {listeners.port_of(each): each for each in sockets}
        self._children: dict[str, Child] = {}

    def start(self, say: Say) -> None:
        """Start all services at once and wait until each answers."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        services = SERVICES | ({"webapp": WEBAPP} if self.stack.webapp_port else {})
        for name, service in services.items():
            self._children[name] = self._start(name, service)
        for name, service in services.items():
            say(f"Starting {name}")
            for address in service.health(self.stack):
                self._wait_until_healthy(name, address, deadline)

    def fallen(self) -> str | None:
        """The sentence that says which service has ended by itself, if one has."""
        for name, child in self._children.items():
            if (code := child.poll()) is not None:
                return self._exit_message(name, code)
        return None

    def stop(self) -> None:
        """End all services, the last started first; none is left.

        The web app ends before the warehouse does, in which it still writes what pages have shown.
        """
        if (webapp := self._children.get("webapp")) is not None:
            webapp.stop(STOP_GRACE_SECONDS)
        for child in reversed(self._children.values()):
            child.terminate()
        for child in reversed(self._children.values()):
            child.stop(STOP_GRACE_SECONDS)

    def log(self, name: str) -> Path:
        """The log of one service."""
        return self.stack.log_dir / f"{name}.log"

    def _start(self, name: str, service: Service) -> Child:
        self.stack.log_dir.mkdir(parents=True, exist_ok=True)
        log = self.log(name)
        log.unlink(missing_ok=True)
        sockets = [self._sockets[port] for port in service.ports(self.stack) if port]
        child = Child.start(
            [sys.executable, "-m", service.module, service.argument(self.stack)],
            Surroundings(
                environment=_inherited_environment() | listeners.variables(sockets),
                log=log,
                descriptors=tuple(each.fileno() for each in sockets),
            ),
        )
        for each in sockets:  # they end with the service
            each.close()
        return child

    def _wait_until_healthy(self, name: str, address: str, deadline: float) -> None:
        while time.monotonic() < deadline:
            if (code := self._children[name].poll()) is not None:
                raise LocalError(self._exit_message(name, code))
            if _answers(address):
                return
            time.sleep(_POLL_SECONDS)
        raise LocalError(
            f"The {name} service was not ready within {START_TIMEOUT_SECONDS:.0f} seconds: "
            f"its log is {self.log(name)}."
        )

    def _exit_message(self, name: str, code: int) -> str:
        lines = self.log(name).read_text(errors="replace").strip().splitlines()
        last = f" It said: {lines[-1].strip()}" if lines else ""
        return f"The {name} service ended with code {code}; its log is {self.log(name)}.{last}"


def wait_for_end(stack: RunningStack, stopped: threading.Event) -> None:
    """Block until `stopped` is set or a service ends by itself.

    Raises:
        LocalError: A service ended by itself.
    """
    while not stopped.wait(0.5):
        if sentence := stack.fallen():
            raise LocalError(sentence)


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, inside the block."""
    stopped = threading.Event()
    previous = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _listen(options: Options) -> dict[str, socket.socket]:
    """A listening socket for each port of the description."""
    fixed = options.ports or {}
    wanted = {
        "warehouse_port": fixed.get("warehouse", 0),
        "gateway_port": fixed.get("api", 0),
        "aws_port": 0,
        "sagemaker_port": 0,
    }
    if options.webapp:
        wanted["webapp_port"] = 0
    with ExitStack() as failed:
        sockets = {name: failed.enter_context(_listen_on(port)) for name, port in wanted.items()}
        failed.pop_all()
    return sockets


def _listen_on(port: int) -> socket.socket:
    try:
        return listeners.bound(port)
    except OSError as error:
        raise LocalError(
            f"Port {port} cannot be used ({error.strerror}): choose another, "
            "or leave the option out to get a free one."
        ) from error


def _describe(state_dir: Path, options: Options, sockets: Mapping[str, socket.socket]) -> Stack:
    return Stack(
        state_dir=state_dir,
        start_delay_seconds=options.start_delay_seconds,
        longest_poll_seconds=options.longest_poll_seconds,
        nights=options.nights,
        credentials=known_credentials(state_dir),
        **{name: listeners.port_of(each) for name, each in sockets.items()},
    )


def _health(port: int) -> str:
    return f"http://localhost:{port}/_health"


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _inherited_environment() -> dict[str, str]:
    # A person's own cloud settings must not reach an emulator, nor its clients a cloud.
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "SNOWFLAKE_", "SNOWREEL_", "SAGEMAKER_"))
    }
