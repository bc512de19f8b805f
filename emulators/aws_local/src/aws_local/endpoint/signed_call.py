"""A signed request to moto's port: whose key, which service, what call."""

import io
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import WSGIEnvironment

from loopback.sigv4 import SignedRequest

from aws_local.s3.object_calls import ObjectCall
from aws_local.wire.call import Call
from aws_local.wire.fault import FaultError
from aws_local.wire.rest_operation import rest_operation

_CREDENTIAL = re.compile(r"Credential=([^/\s,&]+)/\d{8}/[^/]+/([^/]+)/aws4_request")
_OPERATION_PATH = re.compile(r"/service/[^/]+/operation/(\w+)")


@dataclass(frozen=True)
class Signature:
    """A signature's access key and service."""

    key_id: str
    service: str


def signature(environ: WSGIEnvironment) -> Signature | None:
    """The signature of a request, in its header or, presigned, in its address."""
    query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
    presigned = f"Credential={query.get('X-Amz-Credential', '')}"
    match = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", "") or presigned)
    return Signature(match[1], match[2]) if match else None


def service_call(environ: WSGIEnvironment, service: str) -> Call:
    """A call to another service than S3; raise FaultError for a body that cannot be read."""
    request = signed_request(environ)
    name, parameters = rest_operation(service, request) or operation(environ)
    return Call(operation=name, parameters=parameters, request=request)


def operation(environ: WSGIEnvironment) -> tuple[str, dict[str, Any]]:
    """Name and parameters of a call in AWS's protocols JSON and query."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return target.rpartition(".")[2], _json_object(body(environ))
    if match := _OPERATION_PATH.fullmatch(environ["PATH_INFO"]):
        return match[1], {}
    form = dict(parse_qsl((body(environ)).decode("latin-1")))
    return form.pop("Action", "Unknown"), form


def object_call(environ: WSGIEnvironment) -> ObjectCall:
    """A request in S3's protocol, by path or by host."""
    path = environ["PATH_INFO"].encode("latin-1").decode().lstrip("/")
    host = environ.get("HTTP_HOST", "").partition(":")[0]
    if host.endswith(".localhost"):
        path = f"{host.removesuffix('.localhost')}/{path}"
    bucket, _, key = path.partition("/")
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    is_list = environ["REQUEST_METHOD"] == "POST" and "delete" in query
    return ObjectCall(
        method=environ["REQUEST_METHOD"],
        bucket=bucket,
        key=key,
        query=query,
        copied=environ.get("HTTP_X_AMZ_COPY_SOURCE", ""),
        body=body(environ) if is_list else b"",
    )


def signed_request(environ: WSGIEnvironment) -> SignedRequest:
    """The request as it was signed."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
    }
    return SignedRequest(
        method=environ["REQUEST_METHOD"],
        path=str(environ.get("RAW_URI", environ["PATH_INFO"])).partition("?")[0],
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=body(environ),
    )


def body(environ: WSGIEnvironment) -> bytes:
    """The body, which stays there for whoever reads it next."""
    content: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(content)
    return content


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content or b"{}")
    except ValueError as error:
        raise FaultError("SerializationException", f"The body is no JSON: {error}") from None
    if isinstance(found, dict):
        return found
    raise FaultError("SerializationException", "The body must be a JSON object.")
