"""An account of a test's own, settings of its services, and clients."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_local.iam.policy_document import statements
from aws_local.settings import (
    Access,
    Account,
    ApiSettings,
    CodeSettings,
    FunctionSettings,
    Identity,
    MethodSettings,
    Principal,
    S3Settings,
    Settings,
)
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as BotoCredentials
from loopback import settings_file
from loopback.credentials import Credentials

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
#: Who may call the API, and others who may not.
CALLERS = ("caller", "integrator")
PRINCIPALS = (*CALLERS, "function", "job", "inference", "nobody")
SERVICES = ["sagemaker.amazonaws.com", "lambda.amazonaws.com"]
#: What they may do; the callers are named by the API, and "nobody" by nothing.
POLICIES: dict[str, dict[str, Any]] = {
    "function": {
        "Effect": "Allow",
        "Action": ["sagemaker:*", "s3:*", "ecr:*", "iam:*", "logs:*", "xray:*", "sts:*"],
        "Resource": "*",
    },
    "job": {
        "Effect": "Allow",
        "Action": ["s3:PutObject", "ecr:*", "logs:*", "cloudwatch:*"],
        "Resource": "*",
    },
    "inference": {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:ListBucket", "ecr:*", "logs:*", "cloudwatch:*"],
        "Resource": "*",
    },
}
BUCKET = "artifacts"
API_ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:local"
ROUTED = ("orders", "stock")
HANDLER = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"path": event["path"]})}
"""


@pytest.fixture(scope="session")
def account() -> Account:
    return Account(
        account_id=ACCOUNT_ID,
        region=REGION,
        principals={
            name: Principal(arn=_role(name), credentials=Credentials.generate())
            for name in PRINCIPALS
        },
        access=_access(),
    )


@pytest.fixture(scope="session")
def granted(account: Account) -> Callable[..., Account]:
    """The account with other policies, and trusted services, of some principals."""

    def grant(
        policies: dict[str, dict[str, Any]], trusts: dict[str, dict[str, Any]] | None = None
    ) -> Account:
        identities = {
            _role(name): replace(
                account.access.identities[_role(name)], policy=statements({"Statement": policy})
            )
            for name, policy in policies.items()
        }
        for name, trust in (trusts or {}).items():
            known = identities.get(_role(name), account.access.identities[_role(name)])
            identities[_role(name)] = replace(known, trust=statements({"Statement": trust}))
        known_identities = {**account.access.identities, **identities}
        return replace(account, access=replace(account.access, identities=known_identities))

    return grant


def _role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT_ID}:role/{name}"


def _access() -> Access:
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": SERVICES},
    }
    callers = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Principal": {"AWS": [_role(name) for name in CALLERS]},
        "Resource": f"{API_ARN}/v1/*",
    }
    gateway = {
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Resource": "*",
        "Condition": {"ArnLike": {"aws:SourceArn": f"{API_ARN}/*"}},
    }
    functions = [f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:shop-{n}" for n in ROUTED]
    return Access(
        identities={
            _role(name): Identity(
                policy=statements({"Statement": POLICIES.get(name, [])}),
                trust=statements({"Statement": [] if name == "nobody" else trust}),
            )
            for name in PRINCIPALS
        },
        resources={API_ARN: statements({"Statement": callers})}
        | {arn: statements({"Statement": gateway}) for arn in functions},
    )


def _api(port: int) -> ApiSettings:
    return ApiSettings(
        port=port,
        stage="v1",
        routes={"/orders": "orders", "/returns": "orders", "/stock": "stock"},
        methods={
            "POST": MethodSettings(required_members=("data",)),
            "GET": MethodSettings(required_headers=("batch-id",)),
        },
        response_template='{"error":{"code":"$context.error.responseType",'
        '"message":$context.error.messageString,"request_id":"$context.requestId"}}',
    )


@pytest.fixture(scope="session")
def api(free_port: Callable[[], int]) -> ApiSettings:
    """An API of two functions that takes batches, and shapes its errors."""
    return _api(free_port())


@pytest.fixture(scope="session")
def new_settings(account: Account, free_ports: Callable[[int], list[int]]) -> Callable[..., Any]:
    """Settings of an emulator that keeps everything below a folder, on free ports."""

    def make(folder: Path) -> Settings:
        s3_port, api_port = free_ports(2)
        code = folder / "project" / "shop"
        code.mkdir(parents=True)
        (code / "api.py").write_text(HANDLER)
        return Settings(
            account=account,
            s3=S3Settings(port=s3_port, folder=folder / "s3", buckets=(BUCKET,)),
            code=CodeSettings(
                root=folder / "project", files=("shop/*.py",), copies=folder / "lambda"
            ),
            functions={
                name: FunctionSettings(
                    name=f"shop-{name}",
                    handler="shop.api.handler",
                    role="function",
                    log=folder / f"{name}.log",
                )
                for name in ROUTED
            },
            api=_api(api_port),
        )

    return make


@pytest.fixture
def settings(tmp_path: Path, new_settings: Callable[..., Settings]) -> Settings:
    return new_settings(tmp_path)


@pytest.fixture(scope="session")
def running(started: Callable[..., Any]) -> Callable[..., Any]:
    """`with running(module, settings, folder, port)`: the emulator as a process."""

    @contextmanager
    def run(module: str, settings: Any, folder: Path, port: int) -> Iterator[Any]:
        file = settings_file.write(settings, folder / "settings.json")
        log, url = folder / f"{module}.log", f"http://localhost:{port}/_health"
        with started([sys.executable, "-m", module, file], log, url) as process:
            yield process

    return run


@pytest.fixture(scope="session")
def client(account: Account) -> Callable[..., Any]:
    """A boto3 client of one port, signed in as a principal of the account."""

    def make(port: int, service: str, principal: str = "function", **options: Any) -> Any:
        key = account.principals[principal].credentials
        return boto3.client(
            service,
            endpoint_url=f"http://localhost:{port}",
            aws_access_key_id=key.aws_access_key_id,
            aws_secret_access_key=key.aws_secret_access_key,
            region_name=REGION,
            config=Config(retries={"total_max_attempts": 1}, **options),
        )

    return make


@pytest.fixture(scope="session")
def signed_headers(account: Account) -> Callable[..., dict[str, str]]:
    """Headers of a request, signed as a principal of the account."""

    def sign(
        principal: str,
        method: str,
        url: str,
        body: bytes,
        headers: dict[str, str],
        service: str = "execute-api",
    ) -> dict[str, str]:
        key = account.principals[principal].credentials
        request = AWSRequest(method=method, url=url, data=body, headers=headers)
        credentials = BotoCredentials(key.aws_access_key_id, key.aws_secret_access_key)
        SigV4Auth(credentials, service, REGION).add_auth(request)
        return dict(request.headers.items())

    return sign
