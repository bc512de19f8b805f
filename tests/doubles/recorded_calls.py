"""Calls of the AWS SDK in this process, recorded as what IAM would have to decide."""

import io
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from aws_local.endpoint.signed_call import object_call, operation
from aws_local.iam.action_catalogue import ActionCatalogue
from aws_local.iam.request import AccessRequest
from aws_local.settings import Account
from botocore.endpoint import Endpoint


class RecordedCalls:
    """Requests by who made them; `acting` says who it is at the moment."""

    def __init__(self, account: Account) -> None:
        self.requests: dict[str, set[AccessRequest]] = defaultdict(set)
        self._catalogue = ActionCatalogue(account)
        self._actor = ""

    @contextmanager
    def acting(self, actor: str) -> Iterator[None]:
        self._actor = actor
        yield
        self._actor = ""

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Record whatever boto3 sends from now on, wherever it goes."""
        send = Endpoint._do_get_response

        def recording(endpoint: Any, request: Any, model: Any, context: Any) -> Any:
            if self._actor:
                service = model.service_model.signing_name
                self.requests[self._actor].update(self._needed(service, model.name, request))
            return send(endpoint, request, model, context)

        monkeypatch.setattr(Endpoint, "_do_get_response", recording)

    def _needed(self, service: str, name: str, request: Any) -> list[AccessRequest]:
        environ = _environ(request)
        if service == "s3":
            return object_call(environ).requests()
        if name == "InvokeEndpoint":
            endpoint = environ["PATH_INFO"].split("/")[2]
            return self._catalogue.requests(service, name, {"EndpointName": endpoint})
        return self._catalogue.requests(service, *operation(environ))


def _environ(request: Any) -> dict[str, Any]:
    """The request as a WSGI server would hand it to the emulator."""
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    bucket, is_bucket, _ = host.partition(".s3.")
    body = request.body or b""
    content = body if isinstance(body, bytes) else body.encode()
    environ = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": f"/{bucket}{unquote(parts.path)}" if is_bucket else unquote(parts.path),
        "QUERY_STRING": parts.query,
        "HTTP_HOST": host,
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": io.BytesIO(content),
    }
    target = request.headers.get("X-Amz-Target")
    if target:
        environ["HTTP_X_AMZ_TARGET"] = target.decode() if isinstance(target, bytes) else target
    return environ
