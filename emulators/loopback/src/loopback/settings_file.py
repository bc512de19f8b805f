"""Settings of a service: a dataclass in one JSON file, written once and read at the start.

Dataclasses may hold dataclasses, tuples and mappings of them, paths, numbers and text, each of them
or None. A relative path is one of the folder in which the service starts.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

Settings = TypeVar("Settings")


def read(kind: type[Settings], path: Path) -> Settings:
    """The settings in the file at `path`.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no JSON, or a value is missing, unknown or of a wrong type.
    """
    return cast("Settings", _decode(kind, json.loads(path.read_text()), "the settings"))


def write(settings: Any, path: Path) -> Path:
    """Write a dataclass for `read`, readable by its owner alone: it may hold keys."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(settings), indent=2, default=str) + "\n")
    return path


def _decode(kind: Any, value: Any, place: str) -> Any:
    if get_origin(kind) is UnionType:  # a kind, or None
        chosen = next(each for each in get_args(kind) if each is not NoneType)
        return None if value is None else _decode(chosen, value, place)
    if is_dataclass(kind):
        return _decode_object(cast("type[Any]", kind), _checked(dict, value, place), place)
    if get_origin(kind) is tuple:
        member = get_args(kind)[0]
        return tuple(_decode(member, each, place) for each in _checked(list, value, place))
    if get_origin(kind) is Mapping:
        member = get_args(kind)[1]
        named = _checked(dict, value, place)
        return {name: _decode(member, each, f"{name} of {place}") for name, each in named.items()}
    if kind is Path:
        return Path(_checked(str, value, place)).absolute()
    return _checked(int | float if kind is float else kind, value, place)


def _decode_object(kind: type[Any], document: dict[str, Any], place: str) -> Any:
    known = {field.name: field for field in fields(kind)}
    if unknown := sorted(document.keys() - known.keys()):
        raise ValueError(f"{unknown[0]} is no setting of {place}")
    if missing := [name for name in known.keys() - document.keys() if _is_needed(known[name])]:
        raise ValueError(f"{min(missing)} of {place} is missing")
    types = get_type_hints(kind)
    values = {
        name: _decode(types[name], value, f"{name} of {place}") for name, value in document.items()
    }
    return kind(**values)


def _is_needed(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _checked(kind: Any, value: Any, place: str) -> Any:
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    raise ValueError(f"{place} cannot be {value!r}")
