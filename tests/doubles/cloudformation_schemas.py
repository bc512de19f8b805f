"""CloudFormation's resource types, as cfn-lint brings their schemas."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

#: Types whose name is no identifier in their schema, but unique all the same.
_NAMES = {
    "AWS::SNS::Topic": "TopicName",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
}


@dataclass(frozen=True)
class ResourceType:
    """The properties of a resource type that decide over an update."""

    #: A change of one of these replaces the resource.
    create_only: tuple[str, ...]
    #: The property that names it among all others; empty: CloudFormation names it.
    name: str


@cache
def resource_type(kind: str) -> ResourceType:
    """A type of AWS; nothing is known of a custom resource."""
    key = _keys().get(kind)
    if key is None:
        return ResourceType(create_only=(), name="")
    schema = json.loads((_folder() / "resources" / f"{key}.json").read_text())
    identifier = [_top(pointer) for pointer in schema.get("primaryIdentifier", ())]
    is_named = len(identifier) == 1 and not _is_read_only(schema, identifier[0])
    return ResourceType(
        create_only=tuple(sorted({_top(each) for each in schema.get("createOnlyProperties", ())})),
        name=_NAMES.get(kind, identifier[0] if is_named else ""),
    )


def _is_read_only(schema: dict[str, Any], name: str) -> bool:
    return f"/properties/{name}" in schema.get("readOnlyProperties", ())


def _top(pointer: str) -> str:
    return pointer.split("/")[2]


@cache
def _keys() -> dict[str, str]:
    keys: dict[str, str] = json.loads((_folder() / "providers" / "us-east-1.json").read_text())
    return keys


@cache
def _folder() -> Path:
    # without an import of cfn-lint, which takes seconds
    spec = find_spec("cfnlint")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "data" / "schemas"
