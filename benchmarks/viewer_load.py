"""Viewers without a browser: they speak Streamlit's protocol, so the server alone is measured."""

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

#: Messages of one page at most, in bytes.
_MESSAGE_BYTES = 50_000_000
_TIMEOUT_SECONDS = 120.0


class PageError(Exception):
    """A page ended in an error."""


@dataclass
class Viewer:
    """One viewer: keeps cookies, opens pages."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def visit(self, path: str) -> float:
        """Fetch a path as a browser does, cookies kept, redirects followed; seconds."""
        started = time.perf_counter()
        async with httpx.AsyncClient(
            base_url=self.address,
            cookies=self.cookies,
            follow_redirects=True,
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        ) as client:
            answer = await client.get(path)
            answer.raise_for_status()
            self.cookies = dict(client.cookies)
        return time.perf_counter() - started

    async def open(self, page: str = "", **query: str) -> float:
        """Run a page from its start to its end; seconds.

        Raises:
            PageError: The page showed an exception.
        """
        started = time.perf_counter()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        stream = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        async with (
            asyncio.timeout(_TIMEOUT_SECONDS),
            connect(
                stream,
                origin=self.address,  # type: ignore[arg-type] # a string with a name of its own
                additional_headers=headers,
                subprotocols=["streamlit"],  # type: ignore[list-item] # the same
                max_size=_MESSAGE_BYTES,
                proxy=None,
            ) as socket,
        ):
            request = BackMsg()
            request.rerun_script.page_name = page
            request.rerun_script.query_string = urlencode(query)
            await socket.send(request.SerializeToString())
            while not _is_finished(await socket.recv()):
                continue
        return time.perf_counter() - started


def _is_finished(message: str | bytes) -> bool:
    if isinstance(message, str):
        raise PageError(f"The server said {message[:80]!r}.")
    forward = ForwardMsg.FromString(message)
    if forward.WhichOneof("type") == "delta" and forward.delta.new_element.HasField("exception"):
        raise PageError(forward.delta.new_element.exception.message)
    return bool(forward.WhichOneof("type") == "script_finished")
