"""Requests from the event loop to one server on loopback, over connections that are kept."""

import asyncio
from dataclasses import dataclass, field

import httptools
from loopback.listeners import HOST

_CHUNK_BYTES = 256 * 1024


class NoAnswerError(Exception):
    """The server ended, or closed the connection, before it had answered in full."""


class NotConnectedError(NoAnswerError):
    """The server took no connection: it has not seen the request."""


@dataclass(eq=False)
class HttpAnswer:
    """A response; httptools calls the methods named `on_...`."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    complete: bool = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header."""
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, content: bytes) -> None:
        """Take a part of the body."""
        self.body += content

    def on_message_complete(self) -> None:
        """The answer has ended."""
        self.complete = True


class HttpClient:
    """A client of one port; used from one event loop."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def request(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> HttpAnswer:
        """The answer; raise NoAnswerError when there is none."""
        head = [f"{method} {path} HTTP/1.1", f"host: localhost:{self._port}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head += [f"content-length: {len(body)}", "", ""]
        message = "\r\n".join(head).encode("latin-1") + body
        while self._idle:
            try:
                return await self._exchange(*self._idle.pop(), message)
            except _UntouchedError:  # the server had closed an idle connection
                continue
        try:
            streams = await asyncio.open_connection(HOST, self._port)
        except OSError as error:
            raise NotConnectedError(f"Port {self._port} takes no connection.") from error
        try:
            return await self._exchange(*streams, message)
        except _UntouchedError as error:
            raise NoAnswerError(f"Port {self._port} did not answer.") from error

    def close(self) -> None:
        """Close the idle connections."""
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes
    ) -> HttpAnswer:
        answer = HttpAnswer()
        parser = httptools.HttpResponseParser(answer)
        reusable = False
        try:
            writer.write(message)
            while not answer.complete:
                parser.feed_data(await _read(reader, answer))
                answer.status = parser.get_status_code()
            reusable = parser.should_keep_alive()
        except (ConnectionError, httptools.HttpParserError) as error:
            raise (NoAnswerError if answer.status else _UntouchedError)(str(error)) from error
        finally:
            if reusable:
                self._idle.append((reader, writer))
            else:
                writer.close()
        return answer


class _UntouchedError(Exception):
    """The connection ended before a single byte of an answer."""


async def _read(reader: asyncio.StreamReader, answer: HttpAnswer) -> bytes:
    content = await reader.read(_CHUNK_BYTES)
    if not content:
        raise ConnectionError("closed after a part of the answer" if answer.status else "closed")
    return content
