"""Start and end of a loopback service.

It binds 127.0.0.1 only, ends on SIGTERM and when its standard input, the supervisor's lifeline,
reaches its end, and says what stops it from starting in one sentence.
"""

import os
import signal
import socket
import stat
import sys
import threading
from asyncio import Protocol
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import uvicorn

from loopback import listeners

Settings = TypeVar("Settings")

#: Seconds that requests under way get to finish once the service is told to end.
SHUTDOWN_GRACE_SECONDS = 3


class ServiceError(Exception):
    """A service cannot start or go on; the message says why and what to do."""


def main(read: Callable[[Path], Settings], serve: Callable[[Settings], None]) -> None:
    """Run `serve` with what `read` finds at the path named on the command line.

    Exits with 0 when told to end, 1 with one sentence on a ServiceError, 2 on wrong usage.
    """
    if len(sys.argv) != 2:
        sys.exit("Say the path of the settings, and nothing else.")
    try:
        serve(_read(Path(sys.argv[1]), read))
    except ServiceError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def listen(port: int, name: str) -> socket.socket:
    """The listening socket on loopback: the supervisor's, or where there is none a new one.

    Raises:
        ServiceError: The port is taken.
    """
    try:
        return listeners.inherited(port) or listeners.bound(port)
    except OSError as error:
        raise ServiceError(
            f"Port {port} cannot be used for the {name} ({error.strerror}): stop what uses it or "
            "choose another port."
        ) from None


def run(app: Any, port: int, name: str, http: type[Protocol] | Literal["auto"] = "auto") -> None:
    """Serve the ASGI application `app` until SIGTERM, SIGINT or the end of the lifeline.

    Args:
        app: What answers.
        port: Its port on loopback.
        name: What people know it as.
        http: uvicorn's protocol for a connection, or its own choice.
    """
    config = uvicorn.Config(
        app,
        http=http,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    # uvicorn raises the signal again once it has ended: being told to end is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)

    def end() -> None:
        server.should_exit = True

    watch_lifeline(end)
    with listen(port, name) as listener:
        server.run(sockets=[listener])
    if not server.started:
        raise ServiceError(f"The {name} could not start: the lines above say why.")


def watch_lifeline(end: Callable[[], None]) -> None:
    """Call `end` from a thread once standard input, if it is a pipe, reaches its end."""
    if not stat.S_ISFIFO(os.fstat(0).st_mode):  # started by hand: nobody holds the other end
        return

    def wait() -> None:
        while os.read(0, 1024):
            pass
        end()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def _read(path: Path, read: Callable[[Path], Settings]) -> Settings:
    try:
        return read(path)
    except FileNotFoundError as error:
        raise ServiceError(
            f"{error.filename} does not exist: name the settings of a service."
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceError(f"{path} is damaged ({error}): write the settings anew.") from None
