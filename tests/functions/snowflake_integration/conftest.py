"""A local warehouse after the bootstrap, signed in to as the custom resource is in the cloud."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import snowflake.connector
from loopback.credentials import Credentials
from snowflake_local.engine.warehouse import Warehouse
from snowflake_local.http.server import application

from functions.snowflake_integration import scripts
from functions.snowflake_integration.handler import handler
from local.product_sql import VALUES
from local.stack import PRINCIPALS, Stack
from local.warehouse_settings import settings_of

Rows = list[dict[str, Any]]


class AnswerBox:
    """The address in S3 to which CloudFormation lets custom resources put their answer."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        #: Statuses of the next answers, 200 after them.
        self.statuses: list[int] = []
        box = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = box.statuses.pop(0) if box.statuses else 200
                if status == 200:
                    box.answers.append(json.loads(body))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/answer?signature=confidential"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class LambdaContext:
    """Context of an invocation."""

    log_stream_name = "2026/11/24/[$LATEST]0123"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 900_000


@pytest.fixture(scope="session")
def answer_box() -> Iterator[AnswerBox]:
    box = AnswerBox()
    yield box
    box.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, served: Callable[..., Any]) -> Iterator[Stack]:
    """The description of a stack whose warehouse runs in this process."""
    described = Stack(
        state_dir=tmp_path_factory.mktemp("state"),
        warehouse_port=0,
        aws_port=0,
        gateway_port=0,
        sagemaker_port=0,
        credentials={name: Credentials.generate() for name in PRINCIPALS},
    )
    warehouse = Warehouse(settings_of(described))
    try:
        with served(application(warehouse)) as port:
            yield replace(described, warehouse_port=port)
    finally:
        warehouse.close()


@dataclass
class Administrator:
    """A person with all rights at the warehouse."""

    connection: snowflake.connector.SnowflakeConnection

    def rows(self, statement: str) -> Rows:
        cursor = self.connection.cursor(snowflake.connector.DictCursor)
        cursor.execute(statement)
        return cursor.fetchall()

    def names(self, what: str) -> set[str]:
        return {row["name"] for row in self.rows(f"show {what}")}

    def run_script(self, script: str) -> None:
        for statement in scripts.rendered(script, VALUES):
            self.rows(statement)

    def trust(self, integration: str = VALUES["api_integration"]) -> dict[str, str]:
        rows = self.rows(f"describe integration {integration}")
        return {row["property"]: row["property_value"] for row in rows}

    def function_names(self) -> set[str]:
        if VALUES["database"] not in self.names("databases"):
            return set()
        rows = self.rows(f"show external functions in database {VALUES['database']}")
        return {row["name"] for row in rows}


@pytest.fixture
def administrator(stack: Stack) -> Iterator[Administrator]:
    """The administrator, before whom the account is empty but for the bootstrap."""
    with closing(
        snowflake.connector.connect(
            account="local",
            user="ADMIN",
            password="any",
            host="localhost",
            port=stack.warehouse_port,
            protocol="http",
            platform_detection_timeout_seconds=0,
        )
    ) as connection:
        person = Administrator(connection)
        person.run_script(scripts.BOOTSTRAP)
        yield person
        if person.function_names():
            person.run_script(scripts.DROP_FUNCTIONS)
        for name in person.names("integrations"):
            person.rows(f"drop integration if exists {name}")
        person.run_script(scripts.DROP_DATABASE)


@dataclass
class CloudFormation:
    """Sends events to the handler and keeps what it answered, as CloudFormation does."""

    box: AnswerBox
    connection: dict[str, Any]
    values: dict[str, str]
    physical_ids: dict[str, str] = field(default_factory=dict)

    def send(self, kind: str, resource: str, **changes: Any) -> dict[str, Any]:
        """Send Create, Update or Delete of a resource; `changes` are properties or event keys."""
        event = self.event(kind, resource)
        event["ResourceProperties"] |= changes.pop("properties", {})
        handler(event | changes, LambdaContext())
        answer = self.box.answers.pop()
        assert not self.box.answers
        for key in ("StackId", "RequestId", "LogicalResourceId"):
            assert answer[key] == event[key]
        if kind == "Create" or answer["Status"] == "SUCCESS":
            self.physical_ids[resource] = answer["PhysicalResourceId"]
        return answer

    def event(self, kind: str, resource: str) -> dict[str, Any]:
        event: dict[str, Any] = {
            "RequestType": kind,
            "ResponseURL": self.box.address,
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/snowreel/1",
            "RequestId": f"{kind}-{resource}",
            "LogicalResourceId": resource,
            "ResourceType": f"Custom::Snowflake{resource}",
            "ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:deployer",
            "ResourceProperties": {
                "ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:deployer",
                "Connection": json.dumps(self.connection),
                "Values": self.values,
                "AllowedSchemas": [],
                "Functions": [each.typed for each in scripts.signatures()],
                "Scripts": "0" * 64,
            },
        }
        if kind != "Create":
            event["PhysicalResourceId"] = self.physical_ids[resource]
        if kind == "Update":
            event["OldResourceProperties"] = event["ResourceProperties"].copy()
        return event


@pytest.fixture
def cloudformation(
    stack: Stack, answer_box: AnswerBox, sign_in_as: Callable[[str], None]
) -> CloudFormation:
    sign_in_as("deployer")
    connection = {
        "account": "local",
        "user": VALUES["deployer_user"],
        "role": VALUES["deployer_role"],
        "warehouse": VALUES["warehouse"],
        "authenticator": "WORKLOAD_IDENTITY",
        "workload_identity_provider": "AWS",
        "host": "localhost",
        "port": stack.warehouse_port,
        "protocol": "http",
    }
    return CloudFormation(answer_box, connection, dict(VALUES))


@pytest.fixture
def sign_in_as(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Gives this process the AWS identity of one of the stack's principals."""

    def sign_in(principal: str) -> None:
        for name, value in stack.aws_environment(principal).items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_ENDPOINT_URL")
        monkeypatch.setenv("SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES", "localhost")

    return sign_in


@pytest.fixture
def few_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what only adds tables and views: the order and the failures are the same."""
    kept = ("10_", "50_marts/tables/", "60_", "80_")
    names = [name for name in scripts.object_scripts() if name.startswith(kept)]
    monkeypatch.setattr(scripts, "object_scripts", lambda: names)
