"""Calls on the account's roles that moto, which does not know them, cannot answer.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
"""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from loopback.sigv4 import SignatureError, Verifier

from aws_local.iam.authority import Authority
from aws_local.iam.policy_document import statements
from aws_local.settings import Account, Principal
from aws_local.wire.call import Answer, Call
from aws_local.wire.fault import FaultError

_GOOD_FOR = timedelta(hours=1)


class RoleCalls:
    """Answers what is allowed already: keys of a role, and a new trust policy."""

    def __init__(self, account: Account, authority: Authority) -> None:
        self._authority = authority
        self._by_arn = {each.arn: each for each in account.principals.values()}
        self._verifier = Verifier(account.credentials, "sts", account.region)
        self._account_id = account.account_id

    def answer(self, call: Call) -> Answer | None:
        """The answer; None for a call that is not answered here.

        Raises:
            FaultError: The signature, the role or the policy is wrong.
        """
        role_arn = call.parameters.get("RoleArn", "")
        if call.operation == "AssumeRole" and role_arn in self._by_arn:
            return _in_xml(self._assume(call, self._by_arn[role_arn]))
        if call.operation == "UpdateAssumeRolePolicy":
            return _in_xml(self._trust(call.parameters))
        return None

    def _assume(self, call: Call, role: Principal) -> str:
        """The role's own key, which is all that the account's services know of it."""
        try:  # keys are for who has the caller's secret
            self._verifier.principal(call.request)
        except SignatureError as error:
            raise FaultError("SignatureDoesNotMatch", str(error), 403) from None
        until = (datetime.now(UTC) + _GOOD_FOR).strftime("%Y-%m-%dT%H:%M:%SZ")
        session = escape(str(call.parameters.get("RoleSessionName", "")))
        name, key = role.arn.rpartition("/")[2], role.credentials
        assumed = f"arn:aws:sts::{self._account_id}:assumed-role/{name}/{session}"
        return (
            '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<AssumeRoleResult><Credentials><AccessKeyId>{key.aws_access_key_id}</AccessKeyId>"
            f"<SecretAccessKey>{key.aws_secret_access_key}</SecretAccessKey>"
            f"<SessionToken>{secrets.token_urlsafe(32)}</SessionToken>"
            f"<Expiration>{until}</Expiration></Credentials><AssumedRoleUser>"
            f"<AssumedRoleId>AROA:{session}</AssumedRoleId><Arn>{assumed}</Arn>"
            "</AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>"
        )

    def _trust(self, parameters: Mapping[str, Any]) -> str:
        name = parameters.get("RoleName", "")
        role_arn = f"arn:aws:iam::{self._account_id}:role/{name}"
        if not self._authority.knows(role_arn):
            raise FaultError("NoSuchEntity", f"The role with name {name} cannot be found.", 404)
        try:
            trust = statements(json.loads(parameters.get("PolicyDocument", "")))
        except (ValueError, KeyError, TypeError) as error:
            raise FaultError(
                "MalformedPolicyDocument", f"The policy is no policy: {error}"
            ) from None
        self._authority.trust(role_arn, trust)
        return (
            '<UpdateAssumeRolePolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
            "</UpdateAssumeRolePolicyResponse>"
        )


def _in_xml(text: str) -> Answer:
    return Answer(content=text.encode(), content_type="text/xml")
