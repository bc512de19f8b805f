"""Sockets that the supervisor listens on from the moment it chooses their ports.

A port that is chosen, let go and bound again seconds later may be somebody else's by then: the
service would fail to start, or somebody else would answer for it. So the socket itself is handed
on, as an open file descriptor, and the service accepts what has queued up.
"""

import os
import socket

HOST = "127.0.0.1"
_BACKLOG = 2048
#: Names the descriptors that a service inherits: `port:descriptor`, separated by commas.
VARIABLE = "LOOPBACK_LISTENERS"


def bound(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 is a free one.

    Raises:
        OSError: The port is taken.
    """
    return socket.create_server((HOST, port), backlog=_BACKLOG)


def port_of(listener: socket.socket) -> int:
    """The port that a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


def variables(listeners: list[socket.socket]) -> dict[str, str]:
    """Variable by which a child process finds these sockets among its open files."""
    return {VARIABLE: ",".join(f"{port_of(each)}:{each.fileno()}" for each in listeners)}


def inherited(port: int) -> socket.socket | None:
    """The socket on this port that the supervisor handed on, if it did; once for each."""
    pairs = [pair.split(":") for pair in os.environ.get(VARIABLE, "").split(",") if pair]
    descriptors = {int(port): int(descriptor) for port, descriptor in pairs}
    descriptor = descriptors.pop(port, None)
    if descriptor is None:
        return None
    os.environ[VARIABLE] = ",".join(f"{key}:{value}" for key, value in descriptors.items())
    return socket.socket(fileno=descriptor)
