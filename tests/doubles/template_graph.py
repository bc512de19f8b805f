"""Resources of a CloudFormation template by what they need; deletion takes them in reverse."""

import re
from collections.abc import Iterator
from typing import Any

_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


def needed(template: dict[str, Any], logical_id: str) -> set[str]:
    """Logical ids of all that a resource needs, directly or not; they are deleted after it."""
    resources = template["Resources"]
    found: set[str] = set()
    left = [logical_id]
    while left:
        resource = resources[left.pop()]
        direct = {*_references(resource.get("Properties", {})), *_depends_on(resource)}
        new = (direct & resources.keys()) - found
        found |= new
        left += new
    return found


def _depends_on(resource: dict[str, Any]) -> list[str]:
    named = resource.get("DependsOn", [])
    return [named] if isinstance(named, str) else list(named)


def _references(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
            yield from _IN_TEXT.findall(text)
        case dict():
            yield from (name for each in value.values() for name in _references(each))
        case list():
            yield from (name for each in value for name in _references(each))
