"""The operation behind a request in a REST protocol, found by its address in boto3's model.

https://smithy.io/2.0/spec/http-bindings.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, Shape
from loopback.sigv4 import SignedRequest

from aws_local.wire.service_model import service_model

_WHOLE_NUMBERS = frozenset({"integer", "long"})
_LABEL = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True)
class _Route:
    method: str
    path: re.Pattern[str]
    model: OperationModel


def rest_operation(service: str, request: SignedRequest) -> tuple[str, dict[str, Any]] | None:
    """Name and parameters of the operation, without the content of a body that is no JSON.

    None for a service without a REST protocol, and for an address that none of its operations has.
    """
    for route in _routes(service):
        if route.method == request.method and (found := route.path.fullmatch(request.path)):
            labels = {name: unquote(value) for name, value in found.groupdict().items()}
            return route.model.name, _parameters(route.model.input_shape, labels, request)
    return None


@lru_cache
def has_rest_json(service: str) -> bool:
    """True for a service that speaks JSON at many addresses."""
    return _protocol(service) == "rest-json"


@lru_cache
def _routes(service: str) -> tuple[_Route, ...]:
    """The operations' addresses, those with fewer labels first: a word is no label's value."""
    if not _protocol(service).startswith("rest-"):
        return ()
    model = service_model(service)
    routes = [_route(model.operation_model(name)) for name in model.operation_names]
    return tuple(sorted(routes, key=lambda route: route.path.groups))


def _protocol(service: str) -> str:
    try:
        return str(service_model(service).metadata["protocol"])
    except UnknownServiceError:  # it signs with another name than boto3 calls it
        return ""


def _route(model: OperationModel) -> _Route:
    address = model.http["requestUri"].partition("?")[0]
    return _Route(model.http["method"], re.compile("".join(_pattern(address))), model)


def _pattern(address: str) -> Iterator[str]:
    end = 0
    for label in _LABEL.finditer(address):
        yield re.escape(address[end : label.start()])
        yield f"(?P<{label[1]}>{'.+' if label[2] else '[^/]+'})"
        end = label.end()
    yield re.escape(address[end:])


def _parameters(
    shape: Shape | None, labels: Mapping[str, str], request: SignedRequest
) -> dict[str, Any]:
    if shape is None:
        return {}
    by_place: dict[str, Mapping[str, Any]] = {
        "uri": labels,
        "querystring": dict(parse_qsl(request.query, keep_blank_values=True)),
        "header": request.headers,
        "body": {} if "payload" in shape.serialization else _object(request.body),
    }
    found = {}
    for name, member in shape.members.items():
        place = member.serialization.get("location", "body")
        values = by_place.get(place, {})
        key = member.serialization.get("name", name)
        if (key := key.lower() if values is request.headers else key) in values:
            is_number = place == "querystring" and member.type_name in _WHOLE_NUMBERS
            found[name] = _number(values[key]) if is_number else values[key]
    return found


def _number(text: str) -> int | str:
    """A whole number; what is none stays text, for the model to refuse."""
    try:
        return int(text)
    except ValueError:
        return text


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
