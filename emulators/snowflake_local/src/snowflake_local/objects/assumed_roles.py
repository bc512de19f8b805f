"""Snowflake's user assumes the roles of API integrations, with the integration's external id.

https://docs.snowflake.com/en/sql-reference/external-functions-creating-aws-common-api-integration-proxy-link
"""

import threading
import time
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from snowflake_local.model.errors import SqlError
from snowflake_local.settings import Settings

#: Keys of an assumed role are good for an hour; these are renewed before.
_KEPT_SECONDS = 3000.0
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
#: Of sts:AssumeRole: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
_VERSION = "2011-06-15"


class RoleError(SqlError):
    """A role does not let Snowflake in.

    The sentence is that of https://docs.snowflake.com/en/sql-reference/external-functions-creating-aws-troubleshooting,
    the number that of the same refusal elsewhere, as the page gives none.
    """

    def __init__(self) -> None:
        super().__init__(
            "SQL execution error: Error assuming AWS_ROLE. Please verify the role and externalId "
            "are configured correctly in your AWS policy.",
            3167,
            "42601",
        )


class AssumedRoles:
    """Keys of assumed roles, by role and external id; safe on any thread."""

    def __init__(self, settings: Settings) -> None:
        own = settings.principals[settings.iam_user_arn]
        self._signer = SigV4Auth(
            Credentials(own.aws_access_key_id, own.aws_secret_access_key), "sts", settings.region
        )
        self._url = settings.sts_endpoint_url
        self._known: dict[tuple[str, str], tuple[float, Credentials]] = {}
        self._lock = threading.Lock()

    def credentials(self, integration: Mapping[str, Any]) -> Credentials:
        """Keys of an integration's role; raise SqlError where it may not be assumed."""
        asked = (integration["API_AWS_ROLE_ARN"], integration["API_AWS_EXTERNAL_ID"])
        with self._lock:
            until, found = self._known.get(asked, (0.0, None))
            if found is None or time.monotonic() >= until:
                found = self._assume(*asked)
                self._known[asked] = (time.monotonic() + _KEPT_SECONDS, found)
            return found

    def _assume(self, role_arn: str, external_id: str) -> Credentials:
        form = {
            "Action": "AssumeRole",
            "Version": _VERSION,
            "RoleArn": role_arn,
            "RoleSessionName": "snowflake",
            "ExternalId": external_id,
        }
        answer = self._send(str(httpx.QueryParams(form)).encode())
        if answer.status_code == httpx.codes.FORBIDDEN:
            raise RoleError
        if not answer.is_success:
            raise SqlError(f"STS at {self._url} answered {answer.status_code}: {answer.text}")
        keys = ET.fromstring(answer.content)  # noqa: S314 - of this machine's own emulator
        return Credentials(
            *(
                keys.findtext(f".//{{*}}{name}") or ""
                for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
            )
        )

    def _send(self, body: bytes) -> httpx.Response:
        request = AWSRequest(
            method="POST", url=self._url, headers={"content-type": _FORM}, data=body
        )
        self._signer.add_auth(request)
        try:
            return httpx.post(
                self._url, headers=dict(request.headers), content=body, timeout=10, trust_env=False
            )
        except httpx.TransportError as error:
            raise SqlError(
                f"STS at {self._url} cannot be reached ({error or type(error).__name__}): no role "
                "can be assumed without it."
            ) from error
