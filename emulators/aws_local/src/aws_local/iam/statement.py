"""Statements, matched with requests and callers."""

from collections.abc import Iterable, Mapping

from aws_local.iam.condition import hold
from aws_local.iam.pattern import matches_any
from aws_local.iam.request import AccessRequest, Caller
from aws_local.settings import Statement


def covers(statement: Statement, request: AccessRequest, context: Mapping[str, str]) -> bool:
    """True if action, resource and conditions fit; `context` has its keys in lower case."""
    return (
        _covers_action(statement, request.action.lower())
        and _covers_resource(statement, request.resource)
        and hold(statement.conditions, context)
    )


def names(statement: Statement, caller: Caller) -> bool:
    """True if the principals of a resource's policy name the caller, or everybody.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    if caller.is_service:
        return bool({"*", caller.principal} & set(statement.principals.get("Service", ())))
    if caller.is_federated:
        return caller.principal in statement.principals.get("Federated", ())
    return bool({"*", caller.principal, caller.shown} & set(statement.principals.get("AWS", ())))


def names_account(statement: Statement, caller: Caller) -> bool:
    """True if the principals name the caller's account, whose own policies then decide, too."""
    account = caller.account_id
    ways = {account, f"arn:aws:iam::{account}:root"} if account else set()
    return bool(ways & set(statement.principals.get("AWS", ())))


def _covers_action(statement: Statement, action: str) -> bool:
    if statement.not_actions:
        return not matches_any(_lowered(statement.not_actions), action)
    return matches_any(_lowered(statement.actions), action)


def _covers_resource(statement: Statement, resource: str) -> bool:
    if statement.not_resources:
        return not matches_any(statement.not_resources, resource)
    # a trust policy speaks of its own role, and names no resource
    return not statement.resources or matches_any(statement.resources, resource)


def _lowered(patterns: Iterable[str]) -> Iterable[str]:
    return (pattern.lower() for pattern in patterns)
