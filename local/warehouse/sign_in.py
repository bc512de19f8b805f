"""Sign-in: workload identity is verified as AWS would, people are let in as they are.

The connector sends a GetCallerIdentity request, signed and not yet sent; Snowflake sends it to AWS
and learns who signed it. Here the signature is computed anew with the stack's own key pairs.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

from local.stack import PRINCIPALS, Credentials
from local.warehouse import access
from local.warehouse.catalog import Catalog
from local.warehouse.errors import SqlError

_AUDIENCE = "snowflakecomputing.com"
#: AWS refuses signatures that are older.
_LIFETIME = timedelta(minutes=15)


class SignInError(SqlError):
    """A sign-in is refused."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Sign-in refused: {reason}", 390100, "08001")


def user_of(
    login: Mapping[str, Any], catalog: Catalog, credentials: Mapping[str, Credentials]
) -> str:
    """The user that a login's data (`LOGIN_NAME`, `AUTHENTICATOR`, `TOKEN`, ...) proves to be.

    Raises:
        SignInError: The attestation is wrong, or names no user of this account.
    """
    name = str(login.get("LOGIN_NAME") or "").upper()
    if str(login.get("AUTHENTICATOR", "")).upper() == "WORKLOAD_IDENTITY":
        return _workload_user(name, login, catalog, credentials)
    if not name:
        raise SignInError("the login names no user.")
    definition = catalog.get("USER", name)
    if definition is not None and str(definition["options"].get("TYPE")).upper() == "SERVICE":
        raise SignInError(f"{name} is a service user: it signs in by WORKLOAD_IDENTITY.")
    return name


def default_role(user: str, catalog: Catalog) -> str:
    """The role that a session of `user` begins with."""
    definition = catalog.get("USER", user)
    if definition is None:
        return "ACCOUNTADMIN"
    return str(definition["options"].get("DEFAULT_ROLE", "PUBLIC"))


def _workload_user(
    name: str,
    login: Mapping[str, Any],
    catalog: Catalog,
    credentials: Mapping[str, Credentials],
) -> str:
    if str(login.get("PROVIDER", "")).upper() != "AWS":
        raise SignInError("the local warehouse knows workload identities of AWS only.")
    arn = _signer_arn(str(login.get("TOKEN", "")), credentials)
    for user, definition in catalog.all("USER").items():
        if access.workload_arn(definition) == arn and name in {"", user}:
            return user
    raise SignInError(f"no user{' ' + name if name else ''} is mapped to the identity {arn}.")


def _signer_arn(token: str, credentials: Mapping[str, Credentials]) -> str:
    """The ARN of the principal whose key signed the attestation."""
    request = _decoded(token)
    parts = urlsplit(request.url)
    query = parse_qs(parts.query)
    if not str(parts.hostname).startswith("sts.") or query.get("Action") != ["GetCallerIdentity"]:
        raise SignInError("the attestation is not a GetCallerIdentity request to STS.")
    authorization = _authorization(request.headers.get("Authorization", ""))
    access_key, _, region, service, _ = authorization["Credential"].split("/")
    principal = next(
        (name for name, key in credentials.items() if key.aws_access_key_id == access_key), None
    )
    if principal is None or service != "sts":
        raise SignInError(f"the access key {access_key} does not belong to this stack.")
    _check_fresh(request.headers.get("X-Amz-Date", ""))
    key = credentials[principal]
    expected = _signature(request, authorization["SignedHeaders"].split(";"), key, region)
    if not hmac.compare_digest(expected, authorization["Signature"]):
        raise SignInError("the signature of the attestation is wrong.")
    return PRINCIPALS[principal]


def _decoded(token: str) -> AWSRequest:
    try:
        document = json.loads(base64.b64decode(token, validate=True))
        return AWSRequest(
            method=document["method"], url=document["url"], headers=document["headers"]
        )
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SignInError("the attestation is not a signed request.") from error


def _authorization(header: str) -> dict[str, str]:
    algorithm, _, rest = header.partition(" ")
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    complete = {"Credential", "SignedHeaders", "Signature"} <= fields.keys()
    if algorithm != "AWS4-HMAC-SHA256" or not complete or fields["Credential"].count("/") != 4:
        raise SignInError("the attestation has no signature.")
    return fields


def _check_fresh(date: str) -> None:
    try:
        signed_at = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise SignInError("the attestation has no date.") from error
    if abs(datetime.now(UTC) - signed_at) > _LIFETIME:
        raise SignInError("the attestation has expired.")


def _signature(request: AWSRequest, signed: list[str], key: Credentials, region: str) -> str:
    headers = {name.lower(): value for name, value in request.headers.items()}
    if headers.get("x-snowflake-audience") != _AUDIENCE or "x-snowflake-audience" not in signed:
        raise SignInError(f"the attestation is not meant for {_AUDIENCE}.")
    again = AWSRequest(
        method=request.method,
        url=request.url,
        headers={name: headers[name] for name in signed if name in headers},
    )
    again.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(
        BotoCredentials(key.aws_access_key_id, key.aws_secret_access_key), "sts", region
    )
    canonical = signer.canonical_request(again)
    return str(signer.signature(signer.string_to_sign(again, canonical), again))
