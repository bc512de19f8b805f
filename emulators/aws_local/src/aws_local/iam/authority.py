"""The decision on a request, from the policies of the caller and of the resource.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: an
explicit deny wins; inside an account one policy that allows is enough, of the caller or of the
resource; between accounts both must. A role's trust policy decides who assumes it. A resource that
names an account leaves it to the account's own policies.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from aws_local.iam.request import AccessRequest, Caller
from aws_local.iam.statement import covers, names, names_account
from aws_local.settings import Account, Statement

ASSUME_ROLE = "sts:AssumeRole"
ASSUME_ROLE_FEDERATED = "sts:AssumeRoleWithWebIdentity"
_BY_TRUST = frozenset({ASSUME_ROLE, ASSUME_ROLE_FEDERATED})
_REMEMBERED = 4096


class AccessDeniedError(Exception):
    """A call that policies do not allow; the message is AWS's."""


class Authority:
    """Decides by the policies of an account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._access = account.access
        self._refusal = lru_cache(_REMEMBERED)(self._decide)

    def caller(self, name: str) -> Caller:
        """The caller behind a principal of the settings."""
        return Caller(self._account.principals[name].arn, name)

    def knows(self, role_arn: str) -> bool:
        """True if there is such a role, or user."""
        return role_arn in self._access.identities

    def trust(self, role_arn: str, trust: tuple[Statement, ...]) -> None:
        """Let others than before assume a role."""
        changed = replace(self._access.identities[role_arn], trust=trust)
        self._access = replace(
            self._access, identities={**self._access.identities, role_arn: changed}
        )
        self._refusal.cache_clear()

    def require(self, caller: Caller, requests: Iterable[AccessRequest]) -> None:
        """Raise AccessDeniedError unless all of the requests are allowed."""
        for request in requests:
            reason = self._refusal(caller, request)
            if reason is not None:
                raise AccessDeniedError(
                    f"User: {caller.shown} is not authorized to perform: {request.action} "
                    f"on resource: {request.resource} {reason}"
                )

    def allows(self, caller: Caller, request: AccessRequest) -> bool:
        """True if the request is allowed."""
        return self._refusal(caller, request) is None

    def _decide(self, caller: Caller, request: AccessRequest) -> str | None:
        """The end of the refusal's sentence; None for what is allowed."""
        own, theirs, lent = self._speaking(caller, request)
        for article, kind, found in (("an", "identity", own), ("a", "resource", theirs + lent)):
            if any(each.effect == "Deny" for each in found):
                return f"with an explicit deny in {article} {kind}-based policy"
        # Services and other accounts have policies of their own, which are not ours to know.
        outside = caller.account_id != self._owner(request.resource)
        needs_resource = outside or request.action in _BY_TRUST
        if theirs or (lent and (own or outside)) or (own and not needs_resource):
            return None
        kind = "resource" if needs_resource and not lent else "identity"
        return f"because no {kind}-based policy allows the {request.action} action"

    def _speaking(
        self, caller: Caller, request: AccessRequest
    ) -> tuple[list[Statement], list[Statement], list[Statement]]:
        """Statements on the request: the caller's, the resource's on it, those on its account."""
        known = self._context(caller) | dict(request.context)
        context = {key.lower(): value for key, value in known.items()}
        own = [each for each in self._identity(caller) if covers(each, request, context)]
        about = [each for each in self._resource_policy(request) if covers(each, request, context)]
        theirs = [each for each in about if names(each, caller)]
        return own, theirs, [each for each in about if names_account(each, caller)]

    def _identity(self, caller: Caller) -> tuple[Statement, ...]:
        identity = self._access.identities.get(caller.principal)
        return identity.policy if identity else ()

    def _resource_policy(self, request: AccessRequest) -> tuple[Statement, ...]:
        if request.action in _BY_TRUST:
            role = self._access.identities.get(request.resource)
            return role.trust if role else ()
        return self._access.resources.get(policy_owner(request.resource), ())

    def _owner(self, resource: str) -> str:
        """Account of a resource; the ARNs of S3, and `*`, name none and are this account's."""
        parts = resource.split(":")
        return parts[4] if len(parts) > 4 and parts[4] else self._account.account_id

    def _context(self, caller: Caller) -> dict[str, str]:
        """Condition keys that every request has; the loopback device stands for TLS."""
        keys = {"aws:SecureTransport": "true"}
        return keys if caller.is_service else keys | {"aws:PrincipalArn": caller.principal}


def policy_owner(resource: str) -> str:
    """ARN of the resource whose policy speaks of `resource`: an object's is its bucket's."""
    is_below = resource.startswith(("arn:aws:s3:", "arn:aws:execute-api:"))
    return resource.partition("/")[0] if is_below else resource
