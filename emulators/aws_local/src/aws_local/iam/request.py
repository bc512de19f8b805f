"""A question that IAM decides: may this caller do this action on this resource?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Caller:
    """Somebody who calls: a user, a session of a role, or a service of AWS."""

    #: Of the user, the role or the identity provider whose token is shown; the service's name, as
    #: `lambda.amazonaws.com`.
    principal: str
    #: Name of the role's session.
    session: str = "local"

    @property
    def is_service(self) -> bool:
        """True for a service of AWS that calls in its own name."""
        return not self.principal.startswith("arn:")

    @property
    def is_federated(self) -> bool:
        """True for somebody who shows a token of an identity provider in IAM."""
        return ":oidc-provider/" in self.principal

    @property
    def account_id(self) -> str:
        """The principal's account; empty for a service."""
        return "" if self.is_service else self.principal.split(":")[4]

    @property
    def shown(self) -> str:
        """The caller as errors and policies of sessions name it."""
        head, _, role = self.principal.partition(":role/")
        if not role:
            return self.principal
        name = role.rpartition("/")[2]
        return f"{head.replace(':iam:', ':sts:')}:assumed-role/{name}/{self.session}"


@dataclass(frozen=True)
class AccessRequest:
    """An action on a resource, with what conditions may ask about."""

    #: For example `s3:GetObject`.
    action: str
    #: ARN, or `*` where the action takes no resource.
    resource: str
    #: Values by condition key.
    context: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, action: str, resource: str, context: Mapping[str, str] | None = None) -> Self:
        """The request with its context sorted, so that equal requests are equal."""
        return cls(action, resource, tuple(sorted((context or {}).items())))
