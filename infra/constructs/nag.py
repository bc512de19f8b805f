"""Acknowledged findings of cdk-nag, each with its reason."""

from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk.aws_iam import PolicyStatement, Role
from constructs import Construct


def acknowledge(construct: Construct, reasons: dict[str, str]) -> None:
    """Acknowledge findings at `construct` and in what belongs to it.

    Args:
        construct: Where the findings are.
        reasons: Rule, as cdk-nag prints it (`AwsSolutions-L1`), to the reason.
    """
    for rule, reason in reasons.items():
        pack = rule.split("-", 1)[0]
        Validations.of(construct).acknowledge(Acknowledgment(id=f"{pack}::{rule}", reason=reason))


def allow(role: Role, *statements: PolicyStatement, wildcards: str) -> None:
    """Grant a role the permissions of the statements.

    Args:
        role: Whose rights grow.
        statements: What it may do.
        wildcards: Why resources of these statements hold a wildcard.
    """
    for statement in statements:
        role.add_to_policy(statement)
    resources = {resource for statement in statements for resource in statement.resources}
    patterns = {_printed(Stack.of(role).resolve(resource)) for resource in resources}
    rules = {f"AwsSolutions-IAM5[Resource::{pattern}]" for pattern in patterns if "*" in pattern}
    acknowledge(role, dict.fromkeys(sorted(rules), wildcards))


def _printed(value: Any) -> str:
    """A resolved value as cdk-nag prints it: references in angle brackets."""
    match value:
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(map(_printed, parts))
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Fn::ImportValue": str(name)}:
            return name
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            return str(value)
