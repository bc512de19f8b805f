"""Stacks as one synthesis wrote them, and what CloudFormation makes of their expressions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from cloudformation_schemas import resource_type

Resource = dict[str, Any]
#: Type, account and region (none where all regions share the names), name.
Name = tuple[str, str, str]

#: Names of these are one for all regions of an account.
_GLOBAL = ("AWS::IAM::", "AWS::S3::Bucket")


@dataclass(frozen=True)
class StackVersion:
    """One stack of one version of the app."""

    name: str
    region: str
    template: Mapping[str, Any]

    @property
    def resources(self) -> dict[str, Resource]:
        """Resources by logical id."""
        found: dict[str, Resource] = self.template["Resources"]
        return found

    @cached_property
    def exports(self) -> dict[str, str]:
        """Values that other stacks may import, by name: text that differs when the value may."""
        outputs = self.template.get("Outputs", {}).values()
        return {
            str(output["Export"]["Name"]): self.text(output["Value"])
            for output in outputs
            if "Export" in output
        }

    @cached_property
    def imports(self) -> set[str]:
        """Names of the exports that the template imports."""
        return {str(name) for name in _values(self.template, "Fn::ImportValue")}

    def text(self, expression: Any) -> str:
        """An expression as text; it differs from another version's where the value may."""
        return json.dumps(self._resolved(expression), sort_keys=True)

    def identity(self, logical_id: str) -> str:
        """Text that stays the same as long as a resource is not replaced.

        A custom resource may answer with another id, and other attributes, at every update.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
        """
        resource = self.resources[logical_id]
        properties = resource.get("Properties", {})
        if not is_custom(resource):
            kept = resource_type(resource["Type"]).create_only
            properties = {key: properties[key] for key in kept if key in properties}
        return self.text([self.name, self.region, logical_id, resource["Type"], properties])

    def unique_name(self, logical_id: str) -> Name | None:
        """The name that only one resource may have; None where CloudFormation makes one up."""
        kind = self.resources[logical_id]["Type"]
        properties = self.resources[logical_id].get("Properties", {})
        key = resource_type(kind).name
        if key not in properties:
            return None
        region = "" if kind.startswith(_GLOBAL) else self.region
        return kind, region, self.text(properties[key])

    def _resolved(self, expression: Any) -> Any:
        match expression:
            case {"Ref": "AWS::Region"}:
                return self.region
            case {"Ref": str(logical_id)} if logical_id in self.resources:
                return {"Ref": self.identity(logical_id)}
            case {"Fn::GetAtt": [str(logical_id), attribute]}:
                return {"Fn::GetAtt": [self.identity(logical_id), attribute]}
            case dict():
                return {key: self._resolved(value) for key, value in expression.items()}
            case list():
                return [self._resolved(value) for value in expression]
            case _:
                return expression


def is_custom(resource: Resource) -> bool:
    """True for a custom resource."""
    return str(resource["Type"]).startswith(("Custom::", "AWS::CloudFormation::CustomResource"))


def synthesised(folder: Path) -> list[StackVersion]:
    """The stacks of a cloud assembly, each after those that it depends on."""
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    stacks = {
        key: artifact
        for key, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    order = TopologicalSorter(
        {key: set(stack.get("dependencies", ())) & set(stacks) for key, stack in stacks.items()}
    )
    return [_version(folder, stacks[key]) for key in order.static_order()]


def altered(stacks: list[StackVersion], changes: Mapping[str, str]) -> list[StackVersion]:
    """The stacks as another synthesis would write them: texts are replaced everywhere."""
    text = json.dumps([[stack.name, stack.region, stack.template] for stack in stacks])
    for old, new in changes.items():
        assert old in text, f"{old} is nowhere in the templates"
        text = text.replace(old, new)
    return [StackVersion(*fields) for fields in json.loads(text)]


def _version(folder: Path, artifact: dict[str, Any]) -> StackVersion:
    properties = artifact["properties"]
    template = json.loads((folder / properties["templateFile"]).read_text())
    region = artifact["environment"].rpartition("/")[2]
    return StackVersion(properties["stackName"], region, template)


def _values(expression: Any, key: str) -> Iterator[Any]:
    if isinstance(expression, dict):
        if key in expression:
            yield expression[key]
        expression = list(expression.values())
    if isinstance(expression, list):
        for item in expression:
            yield from _values(item, key)
