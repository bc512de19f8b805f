"""The API asked by REST, on this machine and through a company's proxy."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cli.verify.steps.models import post


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"data": [[0, 3.5]]}')

    def log_message(self, *_: object) -> None:
        """Leave the test's output alone."""


@pytest.fixture
def api() -> Iterator[str]:
    """Address of an API that answers one estimate."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()
        thread.join()


def test_no_proxy_is_asked_for_what_is_on_this_machine(
    site: Any, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(site, "api_url", lambda: api)
    assert post(site, "/invoke", [[0, "films", "1", "2"]]) == {"data": [[0, 3.5]]}
