"""The roles that SageMaker works under: it assumes them, and calls AWS in their name."""

from collections.abc import Iterable

from loopback.credentials import Credentials

from aws_local.iam.authority import ASSUME_ROLE, Authority
from aws_local.iam.request import AccessRequest, Caller
from aws_local.sagemaker.state.faults import invalid
from aws_local.settings import Account

SERVICE = "sagemaker.amazonaws.com"


class ExecutionRoles:
    """The roles of an account, as SageMaker uses them."""

    def __init__(self, account: Account, authority: Authority) -> None:
        self._authority = authority
        self._source = {"aws:SourceAccount": account.account_id}
        self._keys = {each.arn: each.credentials for each in account.principals.values()}

    def require_assumable(self, role_arn: str) -> None:
        """Raise FaultError unless the role trusts SageMaker to work for this account."""
        request = AccessRequest.of(ASSUME_ROLE, role_arn, self._source)
        if role_arn not in self._keys or not self._authority.allows(Caller(SERVICE), request):
            raise invalid(
                f"Could not assume role {role_arn}. Please ensure that the role exists and allows "
                f"principal '{SERVICE}' to assume the role."
            )

    def require(self, role_arn: str, requests: Iterable[AccessRequest]) -> None:
        """Raise AccessDeniedError unless the role may do all of it."""
        self._authority.require(Caller(role_arn, "SageMaker"), requests)

    def key(self, role_arn: str) -> Credentials:
        """The key that a session of the role signs with."""
        return self._keys[role_arn]
