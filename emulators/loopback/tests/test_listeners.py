"""Ports that stay taken from their choice to the service's end."""

import socket
import sys

import pytest
from loopback import listeners
from loopback.processes import Child, Surroundings

ACCEPT = """
from loopback.service import listen
with listen(int({port}), "test") as listener:
    connection, _ = listener.accept()
    connection.sendall(b"the service")
"""


def test_a_service_accepts_what_came_before_it_started(tmp_path):
    with listeners.bound(0) as listener:
        port = listeners.port_of(listener)
        with socket.create_connection(("127.0.0.1", port), timeout=30) as early:
            child = Child.start(
                [sys.executable, "-c", ACCEPT.format(port=port)],
                Surroundings(
                    environment=listeners.variables([listener]),
                    log=tmp_path / "log",
                    descriptors=(listener.fileno(),),
                ),
            )
            try:
                assert early.recv(100) == b"the service", (tmp_path / "log").read_text()
            finally:
                child.stop()


def test_a_socket_is_inherited_once(monkeypatch):
    listener, other = listeners.bound(0), listeners.bound(0)
    port = listeners.port_of(listener)
    name, value = listeners.variables([listener, other]).popitem()
    monkeypatch.setenv(name, value)
    listener.detach()
    found = listeners.inherited(port)
    assert found is not None
    with other, found:
        assert listeners.port_of(found) == port
        assert listeners.inherited(port) is None
        with pytest.raises(OSError, match="in use"):
            listeners.bound(port)


def test_nothing_is_inherited_without_a_supervisor(monkeypatch):
    monkeypatch.delenv(listeners.VARIABLE, raising=False)
    assert listeners.inherited(1234) is None
