"""Removals: a policy document with one action, resource, principal or condition taken out."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_local.iam.policy_document import statements
from aws_local.settings import Access, Identity, Statement

_LISTS = ("Action", "Resource")


@dataclass(frozen=True)
class Removal:
    """One value taken out of one policy, and the statements that are left."""

    #: `policy`, `trust` or `resource`.
    kind: str
    owner: str
    element: str
    value: str
    #: Number of the statement.
    number: int
    left: tuple[Statement, ...]

    def named(self, prefix: str) -> str:
        """The removal without the deployment's own prefix."""
        text = f"{self.kind} of {self.owner}: {self.element} {self.value} of {self.number}"
        return text.replace(prefix, "PREFIX")

    def applied(self, access: Access) -> Access:
        identities, resources = dict(access.identities), dict(access.resources)
        if self.kind == "resource":
            resources[self.owner] = self.left
        else:
            old = identities[self.owner]
            parts = {"policy": old.policy, "trust": old.trust} | {self.kind: self.left}
            identities[self.owner] = Identity(**parts)
        return Access(identities=identities, resources=resources)


def removals(document: Mapping[str, Any]) -> Iterator[Removal]:
    """Every removal from every policy of an access document."""
    for arn, role in document["roles"].items():
        yield from _of_policy("policy", arn, role["policy"])
        yield from _of_policy("trust", arn, role["trust"])
    for arn, policy in document["resources"].items():
        yield from _of_policy("resource", arn, policy)


def _of_policy(kind: str, owner: str, policy: list[dict[str, Any]]) -> Iterator[Removal]:
    for number, statement in enumerate(policy):
        for element, value, shrunk in _shrunk(statement):
            rest = [*policy[:number], *shrunk, *policy[number + 1 :]]
            left = statements({"Statement": rest})
            yield Removal(kind, owner, element, value, number, left)


def _shrunk(statement: dict[str, Any]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Statements with one value less; without its last value, a statement is none."""
    for element in _LISTS:
        values = _listed(statement.get(element, ()))
        for value in values:
            left = [each for each in values if each != value]
            yield element, value, [{**statement, element: left}] if left else []
    yield from _without_conditions(statement)
    principals = statement.get("Principal", {})
    if isinstance(principals, str):
        yield "Principal", principals, []
        return
    for kind, found in principals.items():
        for value in _listed(found):
            yield "Principal", value, _without_principal(statement, kind, value)


def _without_conditions(
    statement: dict[str, Any],
) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Statements without a condition, then with one value of a condition less."""
    for operator, by_key in statement.get("Condition", {}).items():
        for key, found in by_key.items():
            changed = copy.deepcopy(statement)
            del changed["Condition"][operator][key]
            yield "Condition", f"{operator} {key}", [changed]
            values = _listed(found)
            for value in values if len(values) > 1 else ():
                less = copy.deepcopy(statement)
                less["Condition"][operator][key] = [each for each in values if each != value]
                yield "Condition", f"{operator} {key} {value}", [less]


def _without_principal(statement: dict[str, Any], kind: str, value: str) -> list[dict[str, Any]]:
    changed = copy.deepcopy(statement)
    changed["Principal"][kind] = [
        each for each in _listed(changed["Principal"][kind]) if each != value
    ]
    return [changed] if any(changed["Principal"].values()) else []


def _listed(values: Any) -> list[str]:
    return [values] if isinstance(values, str) else list(values)
