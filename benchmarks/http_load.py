"""A closed-loop HTTP load: so many kept connections, each with one request under way at a time.

Raw sockets and epoll, because the client shares the processors with what it measures: a client
library would cost more than the server. Answers must have a Content-Length, as all measured
servers send it.
"""

import contextlib
import re
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

_RECEIVE_BYTES = 1 << 20
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class LoadError(Exception):
    """The server closed a connection, or answered with something else than 200."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Counts and times of one load."""

    seconds: float
    #: One latency for each answer, in seconds.
    latencies: "np.ndarray[tuple[int], np.dtype[np.float64]]"

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def milliseconds(self, percentile: float) -> float:
        """A percentile of the latencies."""
        return float(np.percentile(self.latencies, percentile)) * 1000


@dataclass
class _Connection:
    socket: socket.socket
    #: Place of the next request among the requests.
    turn: int
    asked_at: float = 0.0
    answer: bytearray = field(default_factory=bytearray)
    unsent: memoryview = field(default_factory=lambda: memoryview(b""))
    #: Whether the rest of a request waits for room in the socket.
    is_blocked: bool = False

    def is_answered(self) -> bool:
        """True if a whole answer has arrived; raises LoadError unless it is a 200."""
        end = self.answer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self.answer.startswith(b"HTTP/1.1 200"):
            raise LoadError(f"The server answered {bytes(self.answer[:500])!r}.")
        length = _LENGTH.search(self.answer, 0, end + 2)
        if length is None:
            raise LoadError("The server sent no Content-Length.")
        return len(self.answer) >= end + 4 + int(length[1])


def request(path: str, body: bytes, content_type: str) -> bytes:
    """The bytes of a POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def drive(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Measured:
    """Send the requests round robin on so many connections for so long.

    Raises:
        LoadError: An answer was not 200, or a connection was closed.
    """
    poll = select.epoll()
    open_connections = {}
    for turn in range(connections):
        opened = socket.create_connection(("127.0.0.1", port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.setblocking(False)
        poll.register(opened.fileno(), select.EPOLLIN)
        open_connections[opened.fileno()] = _Connection(opened, turn)
    try:
        return _exchange(poll, open_connections, requests, seconds)
    finally:
        poll.close()
        for connection in open_connections.values():
            connection.socket.close()


def _exchange(
    poll: select.epoll,
    connections: dict[int, _Connection],
    requests: Sequence[bytes],
    seconds: float,
) -> Measured:
    latencies: list[float] = []
    started = time.perf_counter()
    for connection in connections.values():
        _ask(poll, connection, requests)
    while (now := time.perf_counter()) - started < seconds:
        for descriptor, events in poll.poll(1.0):
            connection = connections[descriptor]
            if events & select.EPOLLOUT:
                _send(poll, connection)
            if events & select.EPOLLIN and _receive(connection):
                now = time.perf_counter()
                latencies.append(now - connection.asked_at)
                _ask(poll, connection, requests)
    return Measured(seconds=now - started, latencies=np.array(latencies))


def _ask(poll: select.epoll, connection: _Connection, requests: Sequence[bytes]) -> None:
    connection.unsent = memoryview(requests[connection.turn % len(requests)])
    connection.turn += 1
    connection.asked_at = time.perf_counter()
    _send(poll, connection)


def _send(poll: select.epoll, connection: _Connection) -> None:
    with contextlib.suppress(BlockingIOError):
        connection.unsent = connection.unsent[connection.socket.send(connection.unsent) :]
    blocked = len(connection.unsent) > 0
    if blocked != connection.is_blocked:
        connection.is_blocked = blocked
        poll.modify(connection.socket.fileno(), select.EPOLLIN | (select.EPOLLOUT * blocked))


def _receive(connection: _Connection) -> bool:
    received = connection.socket.recv(_RECEIVE_BYTES)
    if not received:
        raise LoadError("The server closed a connection.")
    connection.answer += received
    if not connection.is_answered():
        return False
    connection.answer.clear()
    return True
