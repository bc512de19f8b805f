"""Policy documents, as JSON has them, read into statements."""

import json
from collections.abc import Mapping
from typing import Any

from aws_local.iam.condition import check_operator
from aws_local.settings import Statement

_ELEMENTS = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}
_KNOWN = {"Sid", "Effect", "Principal", "Condition", *_ELEMENTS}


def statements(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """The statements of a policy; raise ValueError on an element that is not emulated."""
    found = document["Statement"]
    return tuple(_statement(each) for each in (found if isinstance(found, list) else [found]))


def _statement(source: Mapping[str, Any]) -> Statement:
    if unknown := sorted(source.keys() - _KNOWN):
        raise ValueError(f"The policy element {unknown[0]} is not emulated.")
    if "${" in json.dumps(source):
        raise ValueError("Policy variables are not emulated: state the value.")
    lists = {field: _values(source[key]) for key, field in _ELEMENTS.items() if key in source}
    return Statement(
        effect=source["Effect"],
        principals=_principals(source.get("Principal", {})),
        conditions=_conditions(source.get("Condition", {})),
        **lists,
    )


def _principals(source: str | Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    if isinstance(source, str):  # `*`: everybody
        return {"AWS": (source,), "Service": (source,)}
    return {kind: _values(values) for kind, values in source.items()}


def _conditions(source: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, tuple[str, ...]]]:
    for operator in source:
        check_operator(operator)
    return {
        operator: {key: _values(values) for key, values in by_key.items()}
        for operator, by_key in source.items()
    }


def _values(source: Any) -> tuple[str, ...]:
    return tuple(source) if isinstance(source, list | tuple) else (source,)
