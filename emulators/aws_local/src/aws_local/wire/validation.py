"""Requests checked against boto3's own models: names, types, ranges, patterns."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from botocore.model import Shape
from botocore.validate import ParamValidator

from aws_local.wire.fault import FaultError
from aws_local.wire.service_model import service_model


def validate(service: str, operation: str, request: Mapping[str, Any]) -> None:
    """Raise FaultError (ValidationException) saying everything that is wrong with `request`.

    Args:
        service: As boto3 calls it.
        operation: One of the service's.
        request: Parameters of the call.
    """
    shape = _model(service, operation).input_shape
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        raise _invalid(report.generate_report())
    problems = list(_problems(shape, request, ""))
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
        raise _invalid(f"{count}: {'; '.join(problems)}")


@lru_cache
def _model(service: str, operation: str) -> Any:
    return service_model(service).operation_model(operation)


def _invalid(message: str) -> FaultError:
    return FaultError("ValidationException", message)


def _problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """Checks that botocore leaves to the service: pattern, largest size, enumeration."""
    kind = "number" if shape.type_name in _NUMBERS else shape.type_name
    if kind in _CHECKS:
        yield from _CHECKS[kind](shape, value, path)


def _structure_problems(shape: Shape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, member in value.items():
        yield from _problems(shape.members[name], member, _joined(path, name))


def _list_problems(shape: Shape, value: list[Any], path: str) -> Iterator[str]:
    yield from _size_problems(shape, value, len(value), path)
    for index, member in enumerate(value):
        yield from _problems(shape.member, member, f"{path}.{index + 1}.member")


def _map_problems(shape: Shape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from _size_problems(shape, value, len(value), path)
    for key, member in value.items():
        yield from _problems(shape.key, key, f"{path}.key")
        yield from _problems(shape.value, member, f"{path}.{key}.member")


def _text_problems(shape: Shape, value: str, path: str) -> Iterator[str]:
    yield from _size_problems(shape, value, len(value), path)
    pattern = shape.metadata.get("pattern")
    if pattern and not _expression(pattern).fullmatch(value):
        yield _failure(value, path, f"satisfy regular expression pattern: {pattern}")
    if shape.enum and value not in shape.enum:
        yield _failure(value, path, f"satisfy enum value set: [{', '.join(shape.enum)}]")


@lru_cache
def _expression(pattern: str) -> re.Pattern[str]:
    """The model's expressions are Java's, whose Unicode classes Python lacks."""
    for java, python in _UNICODE_CLASSES.items():
        pattern = pattern.replace(java, python)
    return re.compile(_SIZE_BEHIND_END.sub("", pattern), re.DOTALL)


def _number_problems(shape: Shape, value: float, path: str) -> Iterator[str]:
    largest = shape.metadata.get("max")
    if largest is not None and value > largest:
        yield _failure(value, path, f"have value less than or equal to {largest}")


def _size_problems(shape: Shape, value: Any, size: int, path: str) -> Iterator[str]:
    largest = shape.metadata.get("max")
    if largest is not None and size > largest:
        yield _failure(value, path, f"have length less than or equal to {largest}")


#: Marks, symbols and punctuation have no class in Python: whatever is no space is let through.
_UNICODE_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": r"\s",
    r"\p{M}": r"\S",
    r"\p{S}": r"\S",
    r"\p{P}": r"\S",
    r"\p{Alnum}": "a-zA-Z0-9",
}
#: As metadata have it, `[a-z]*${1,128}`: a size, which is checked by itself.
_SIZE_BEHIND_END = re.compile(r"\$\{\d+,\d+\}$")
_NUMBERS = frozenset({"integer", "long", "float", "double"})
_CHECKS: dict[str, Callable[[Shape, Any, str], Iterator[str]]] = {
    "structure": _structure_problems,
    "list": _list_problems,
    "map": _map_problems,
    "string": _text_problems,
    "number": _number_problems,
}


def _failure(value: Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: Member must {constraint}"


def _joined(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member
