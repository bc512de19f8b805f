"""Sign-in: workload identity is verified as AWS would, people are let in as they are.

The connector sends a GetCallerIdentity request, signed and not yet sent; Snowflake sends it to AWS
and learns who signed it. Here the signature is computed anew with the stack's own key pairs.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from loopback.sigv4 import SignatureError, SignedRequest, Verifier

from snowflake_local.access.control import AccessControl
from snowflake_local.model.errors import SqlError
from snowflake_local.objects.catalog import Catalog
from snowflake_local.settings import Settings
from snowflake_local.statements import access

_AUDIENCE = "snowflakecomputing.com"
_AUDIENCE_HEADER = "x-snowflake-audience"


class SignInError(SqlError):
    """A sign-in is refused."""

    def __init__(self, reason: str, errno: int = 390100) -> None:
        super().__init__(f"Sign-in refused: {reason}", errno, "08001")


def user_of(login: Mapping[str, Any], catalog: Catalog, settings: Settings) -> str:
    """The user that a login's data (`LOGIN_NAME`, `AUTHENTICATOR`, `TOKEN`, ...) proves to be.

    Raises:
        SignInError: The attestation is wrong, or names no user of this account.
    """
    name = str(login.get("LOGIN_NAME") or "").upper()
    if str(login.get("AUTHENTICATOR", "")).upper() == "WORKLOAD_IDENTITY":
        return _workload_user(name, login, catalog, settings)
    if not name:
        raise SignInError("the login names no user.")
    definition = catalog.get("USER", name)
    if definition is None:
        raise SignInError("Incorrect username or password was specified.")
    if str(definition["options"].get("TYPE")).upper() == "SERVICE":
        raise SignInError(f"{name} is a service user: it signs in by WORKLOAD_IDENTITY.")
    return name


def default_of(user: str, option: str, catalog: Catalog) -> str:
    """DEFAULT_ROLE or DEFAULT_WAREHOUSE of a user; empty if there is none."""
    definition = catalog.get("USER", user)
    return "" if definition is None else str(definition["options"].get(option, "")).upper()


def role_of(user: str, wanted: str | None, catalog: Catalog, control: AccessControl) -> str:
    """The role that a session of `user` begins with.

    Raises:
        SignInError: The user does not have the role; the text is Snowflake's.
    """
    role = wanted or default_of(user, "DEFAULT_ROLE", catalog) or "PUBLIC"
    snapshot = control.snapshot
    if role not in snapshot.closure(snapshot.roles_of_user(user)):
        raise SignInError(
            f"Role '{role}' specified in the connect string is not granted to this user. Contact "
            "your local system administrator, or attempt to login with another role, e.g. PUBLIC.",
            390189,
        )
    return role


def _workload_user(
    name: str, login: Mapping[str, Any], catalog: Catalog, settings: Settings
) -> str:
    if str(login.get("PROVIDER", "")).upper() != "AWS":
        raise SignInError("the local warehouse knows workload identities of AWS only.")
    arn = _signer_arn(str(login.get("TOKEN", "")), settings)
    for user, definition in catalog.all("USER").items():
        if access.workload_arn(definition) == arn and name in {"", user}:
            return user
    raise SignInError(f"no user{' ' + name if name else ''} is mapped to the identity {arn}.")


def _signer_arn(token: str, settings: Settings) -> str:
    """The ARN of the principal whose key signed the attestation."""
    document = _decoded(token)
    parts = urlsplit(document["url"])
    headers = {name.lower(): value for name, value in document["headers"].items()}
    action = parse_qs(parts.query).get("Action")
    # AWS_ENDPOINT_URL moves STS to the stack's own address, "localhost"
    is_sts = str(parts.hostname).startswith("sts.") or parts.hostname == "localhost"
    if not is_sts or action != ["GetCallerIdentity"]:
        raise SignInError("the attestation is not a GetCallerIdentity request to STS.")
    signed = headers.get("authorization", "").partition("SignedHeaders=")[2].partition(",")[0]
    if headers.get(_AUDIENCE_HEADER) != _AUDIENCE or _AUDIENCE_HEADER not in signed.split(";"):
        raise SignInError(f"the attestation is not meant for {_AUDIENCE}.")
    request = SignedRequest(
        method=document["method"],
        path=parts.path,
        query=parts.query,
        headers={"host": parts.netloc} | headers,
        body=b"",
    )
    try:
        return Verifier(settings.principals, "sts", settings.region).principal(request)
    except SignatureError as error:
        raise SignInError(f"the attestation is not valid: {error}") from error


def _decoded(token: str) -> Any:
    try:
        document = json.loads(base64.b64decode(token, validate=True))
    except ValueError as error:
        raise SignInError("the attestation is not base64 of JSON.") from error
    if not isinstance(document, dict) or not {"method", "url", "headers"} <= document.keys():
        raise SignInError("the attestation is not a signed request.")
    return document
