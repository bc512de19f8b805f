"""A limit on headers that do not end: the server reads no further and says why.

Headers that end are limited by the gateway. Before their end the HTTP parser hands nothing on, and
would keep in memory all that it is sent. The same holds for trailers, which may follow a body in
chunks: they have been answered or will not be, so their connection is cut.
"""

import logging
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from aws_local.api_gateway.gateway_response import (
    GatewayError,
    GatewayResponses,
    new_request_id,
)
from aws_local.api_gateway.request import MAX_HEADER_BYTES

#: Bytes of a request line and headers that have not ended: more than the gateway would accept.
MAX_UNENDED_BYTES = 4 * MAX_HEADER_BYTES
#: Until then the caller, who may still be sending, can read the answer; a reset would destroy it.
LINGER_SECONDS = 2.0

logger = logging.getLogger(__name__)


def limited_headers(responses: GatewayResponses) -> type[HttpToolsProtocol]:
    """Uvicorn's HTTP protocol, with a limit whose refusals are the gateway's."""
    return type("LimitedHeaders", (_LimitedHeadersProtocol,), {"responses": responses})


class _LimitedHeadersProtocol(HttpToolsProtocol):
    """One connection."""

    responses: ClassVar[GatewayResponses]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._unended_bytes = 0
        self._in_headers = False
        self._refused = False

    def data_received(self, data: bytes) -> None:
        """Bytes have come; those of a refused caller are thrown away."""
        if self._refused:
            return
        self._unended_bytes += len(data)
        super().data_received(data)
        if self._unended_bytes > MAX_UNENDED_BYTES and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_headers = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers have ended."""
        self._unended_bytes = 0
        self._in_headers = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body has come: it is no header, and the gateway counts it."""
        self._unended_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request, trailers included, has ended."""
        self._unended_bytes = 0
        super().on_message_complete()

    def _refuse(self) -> None:
        self._refused = True
        logger.warning("Headers have no end within %s bytes.", MAX_UNENDED_BYTES)
        if not self._in_headers:
            self.transport.close()
            return
        sentence = f"The headers have no end within {MAX_UNENDED_BYTES} bytes: send fewer."
        answer = self.responses.answer(
            GatewayError(431, "REQUEST_TOO_LARGE", sentence), new_request_id()
        )
        headers = [*answer.headers, ("content-length", str(len(answer.body)))]
        headers.append(("connection", "close"))
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body)
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)
