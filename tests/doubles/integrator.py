"""A program that calls the API as Snowflake does, and what it gets."""

import json
import re
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.stack import REGION, Stack

BATCH_ID = "sf-external-function-query-batch-id"
#: What no answer may hold: addresses of the account, paths, code.
INTERNALS = re.compile(
    r"arn:aws(?!:execute-api|:(iam|sts)::\d+:(assumed-role|role|user)/\S+ is not)"
    r"|Traceback|/tmp/|\.py\b"
)


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any

    @property
    def values(self) -> list[Any]:
        return [value for _, value in self.body["data"]]

    @property
    def value(self) -> Any:
        (value,) = self.values
        return value

    @property
    def error(self) -> dict[str, str]:
        """The error of the whole request, or of its only row."""
        error: dict[str, str] = (self.body if self.status >= 400 else self.value)["error"]
        return error


@dataclass
class Integrator:
    """A program that calls the API: signs, sends, repeats, polls."""

    stack: Stack
    client: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=60, trust_env=False, http2=False)
    )

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        headers: dict[str, str] | None = None,
        principal: str = "integrator",
        service: str = "execute-api",
    ) -> httpx.Response:
        url = self.stack.api_url + path
        request = AWSRequest(method, url, {BATCH_ID: "b", **(headers or {})}, data=body)
        key = self.stack.credentials[principal]
        credentials = Credentials(key.aws_access_key_id, key.aws_secret_access_key)
        SigV4Auth(credentials, service, REGION).add_auth(request)
        return self.client.request(method, url, headers=dict(request.headers), content=body)

    def post(self, path: str, rows: list[Any], batch: str | None = None, **headers: str) -> Reply:
        body = json.dumps({"data": rows}).encode()
        sent = {BATCH_ID: batch or str(uuid.uuid4()), "content-type": "application/json"}
        response = self.send("POST", path, body, headers=sent | headers)
        return Reply(response.status_code, response.json())

    def poll(self, path: str, batch: str) -> Reply:
        response = self.send("GET", path, headers={BATCH_ID: batch})
        return Reply(response.status_code, response.json())

    def finish(self, path: str, rows: list[Any], batch: str | None = None) -> Reply:
        """As Snowflake: 429 and 5xx are sent again, 202 is polled."""
        batch = batch or str(uuid.uuid4())
        deadline = time.monotonic() + 90
        reply = self.post(path, rows, batch)
        waits = False
        while reply.status in {202, 429} or reply.status >= 500:
            assert time.monotonic() < deadline, f"no end of {path} {rows}: {reply}"
            time.sleep(0.1)
            waits = waits or reply.status == 202
            reply = self.poll(path, batch) if waits else self.post(path, rows, batch)
        return reply
