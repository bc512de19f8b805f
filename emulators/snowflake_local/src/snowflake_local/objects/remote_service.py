"""Snowflake's side of the wire: sign, send, retry with the same batch id, poll, check the answer.

The rules are those of Snowflake's pages "Remote service implementation" and "Best practices": 429,
5xx and network errors are sent again; 202 is polled by GET with the same headers; 600 seconds in
all; any other status fails the query with the service's own words.
"""

import base64
import hashlib
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from snowflake_local.model.batch_protocol import (
    DONE,
    MAX_BODY_BYTES,
    QUERY_TIME_LIMIT_SECONDS,
    STILL_RUNNING,
    BatchRow,
    Call,
    ResponseError,
    compress,
    decode_response,
    encode_request,
    is_retried,
)
from snowflake_local.model.errors import SqlError
from snowflake_local.model.query import Query
from snowflake_local.objects.assumed_roles import AssumedRoles
from snowflake_local.objects.catalog import Catalog
from snowflake_local.objects.external_functions import ExternalFunction
from snowflake_local.settings import Settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SERVICE = "execute-api"


class RemoteServiceError(SqlError):
    """A remote service did not answer as the protocol asks; the message is Snowflake's."""

    def __init__(self, function: ExternalFunction, reason: str) -> None:
        super().__init__(
            f"Request failed for external function {function.name.name} {reason}", 100351, "P0000"
        )


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Pauses and limits of polling and of trying again, in seconds."""

    first_delay: float = 0.1
    longest_delay: float = 5.0
    #: Total for 5xx and network errors. Snowflake's own is not published.
    faults: float = 30.0
    #: Total from the first request to the answer, 202 and 429 included.
    total: float = QUERY_TIME_LIMIT_SECONDS

    def delays(self) -> Iterator[float]:
        """Growing pauses."""
        delay = self.first_delay
        while True:
            yield delay
            delay = min(delay * 2, self.longest_delay)


class RemoteService:
    """Sends batches; shared by all queries, safe on any thread."""

    def __init__(
        self, settings: Settings, catalog: Catalog, retry_policy: RetryPolicy | None = None
    ) -> None:
        self._catalog = catalog
        self._roles = AssumedRoles(settings)
        self._region = settings.region
        self._addresses = settings.addresses
        self._retry_policy = retry_policy or RetryPolicy(
            longest_delay=settings.longest_poll_seconds
        )
        # An answer may take as long as the gateway lets it: its limit is 29 seconds.
        self._client = httpx.Client(
            timeout=httpx.Timeout(40.0, connect=5.0),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def address(self, url: str) -> str:
        """The address on this machine of a function's URL; raise SqlError if it has none."""
        parts = urlsplit(url)
        for stated, leads_to in self._addresses.items():
            if url == stated or url.startswith(stated + "/"):
                return leads_to + parts.path.removeprefix(urlsplit(stated).path)
        if parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK:
            return url
        known = " or ".join(self._addresses) or "an address of its settings"
        raise SqlError(
            f"The local warehouse calls this machine only: {url} is neither below {known} "
            "nor a loopback address."
        )

    def call(self, function: ExternalFunction, query: Query, rows: Sequence[BatchRow]) -> list[Any]:
        """The values of one batch, in order.

        Raises:
            RemoteServiceError: The service failed, answered wrongly, or took too long.
            SqlError: The integration's role does not let Snowflake's user in.
        """
        exchange = _Exchange(self, function, query, rows)
        response = exchange.finished()
        _check_digest(function, response)
        if len(response.content) > MAX_BODY_BYTES:
            raise RemoteServiceError(function, "with an answer of more than 10 MB.")
        try:
            return decode_response(response.content, rows)
        except ResponseError as error:
            raise RemoteServiceError(function, f"with an invalid response: {error}") from error

    def signer(self, function: ExternalFunction) -> SigV4Auth:
        """A signature of the role that the function's integration names."""
        integration = self._catalog.get("INTEGRATION", function.integration)
        if integration is None:
            raise SqlError.missing("Integration", function.integration)
        return SigV4Auth(self._roles.credentials(integration), _SERVICE, self._region)

    def send(self, request: AWSRequest) -> httpx.Response:
        """A signed request."""
        return self._client.request(
            request.method, request.url, headers=dict(request.headers), content=request.data
        )

    @property
    def retry_policy(self) -> RetryPolicy:
        """Pauses and limits of this service."""
        return self._retry_policy


class _Exchange:
    """One batch on its way: the POST, its repetitions, and the polling that may follow."""

    def __init__(
        self,
        service: RemoteService,
        function: ExternalFunction,
        query: Query,
        rows: Sequence[BatchRow],
    ) -> None:
        self._service = service
        self._function = function
        self._query = query
        self._url = service.address(function.url)
        self._signer = service.signer(function)
        call = Call(
            query_id=query.id,
            batch_id=query.next_batch_id(),
            function_name=function.name.name,
            signature=function.signature,
            return_type=str(function.returns),
            context={name: query.context.get(name, "") for name in function.context_headers},
            custom=function.headers,
        )
        encoding, self._body = _compressed(function.compression, encode_request(rows))
        self._headers = {
            **call.headers(),
            "content-type": "application/json",
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": "snowflake/1.0",
        }
        self._content = {"content-encoding": encoding} if encoding else {}
        self._started = time.monotonic()

    def finished(self) -> httpx.Response:
        """The 200 that ends the exchange."""
        response = self._repeated("POST", self._headers | self._content, self._body)
        for delay in self._service.retry_policy.delays():
            if response.status_code != STILL_RUNNING:
                break
            self._pause(delay)
            response = self._repeated("GET", self._headers, b"")
        if response.status_code != DONE:
            raise RemoteServiceError(self._function, _service_error(response))
        return response

    def _repeated(self, method: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        faults_until: float | None = None
        for delay in self._service.retry_policy.delays():
            response, reason = self._attempt(method, headers, body)
            if response is not None and not is_retried(response.status_code):
                return response
            if response is None or response.status_code != httpx.codes.TOO_MANY_REQUESTS:
                faults_until = faults_until or time.monotonic() + self._service.retry_policy.faults
                if time.monotonic() >= faults_until:
                    break
            self._pause(delay, reason)
        raise RemoteServiceError(self._function, reason)

    def _attempt(
        self, method: str, headers: dict[str, str], body: bytes
    ) -> tuple[httpx.Response | None, str]:
        """One response, if there is any, and what to say if it is the last."""
        try:
            response = self._service.send(self._signed(method, headers, body))
        except httpx.TransportError as error:
            return None, f"with a network error: {error or type(error).__name__}"
        return response, _service_error(response)

    def _signed(self, method: str, headers: dict[str, str], body: bytes) -> AWSRequest:
        request = AWSRequest(method=method, url=self._url, headers=dict(headers), data=body)
        request.headers["x-amz-content-sha256"] = hashlib.sha256(body).hexdigest()
        self._signer.add_auth(request)
        return request

    def _pause(self, delay: float, reason: str = "") -> None:
        limit = self._service.retry_policy.total
        left = self._started + limit - time.monotonic()
        if left <= 0:
            raise RemoteServiceError(
                self._function, reason or f"since it took longer than {limit:.0f} seconds."
            )
        self._query.cancelled.wait(min(delay, left))
        self._query.check()


def _service_error(response: httpx.Response) -> str:
    return f"with remote service error: {response.status_code} '{response.text}'"


def _compressed(compression: str, body: bytes) -> tuple[str, bytes]:
    if compression == "NONE":
        return "", body
    if compression == "DEFLATE":
        return "deflate", zlib.compress(body)
    return "gzip", compress(body)


def _check_digest(function: ExternalFunction, response: httpx.Response) -> None:
    declared = response.headers.get("content-md5")
    if declared is None:
        return
    digest = hashlib.md5(response.content, usedforsecurity=False).digest()
    if declared != base64.b64encode(digest).decode():
        raise RemoteServiceError(function, "since the response does not match its Content-MD5.")
