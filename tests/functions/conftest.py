"""The real handlers and the real boto3 clients over a SageMaker that lives in memory.

The double sits where bytes would leave the process, so that boto3 validates every request against
AWS's own model and parses every answer and error as it would in the cloud.
"""

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse

from functions import deploy, invoke, settings, train
from functions.lambdas import HANDLERS as ENTRY_POINTS
from functions.routes import ROUTES
from functions.sagemaker import client as control
from functions.sagemaker import endpoints
from local.stack import Stack

PREFIX = "snowreel-test"
BUCKET = "snowreel-test-artifacts"
STACK = Stack(state_dir=Path(), warehouse_port=0, aws_port=0, gateway_port=0, sagemaker_port=0)
#: The variables of all three functions, as local mode fills them, with names of the tests' own.
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIATEST",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
    **{
        name: value
        for function in ENTRY_POINTS
        for name, value in STACK.lambda_environment(function).items()
    },
    "SNOWREEL_PREFIX": PREFIX,
    "SNOWREEL_ARTIFACT_BUCKET": BUCKET,
}
MODULES = {"train": train, "deploy": deploy, "invoke": invoke}
HANDLERS = {route.path: MODULES[route.lambda_name].handler for route in ROUTES}


class AwsError(Exception):
    def __init__(self, code: str, message: str, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.code, self.status, self.more = code, status, more


class Killed(BaseException):
    """The Lambda function's process ends here, between two calls."""


@dataclass(frozen=True)
class Fault:
    """What befalls a call: its error, before or after it has had its effect."""

    error: BaseException | None
    #: The effect was had, the answer is lost.
    late: bool = False
    #: Bytes in place of the answer, instead of an error.
    answer: bytes = b""


@dataclass
class SageMakerDouble:
    """SageMaker's resources and rules as far as the handlers meet them; states move by hand."""

    resources: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {
            "training-job": {},
            "model": {},
            "endpoint-config": {},
            "endpoint": {},
        }
    )
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Operations in the order of the calls, failed ones included.
    calls: list[str] = field(default_factory=list)
    payloads: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: Operation to what its next calls end in, before they have any effect.
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    #: Operation to what its next calls end in, after they had their effect.
    late_faults: dict[str, list[Exception]] = field(default_factory=dict)
    invocation: Callable[[str, dict[str, Any]], Any] | None = None
    #: Number of a call, from 1, to what befalls it.
    planned: dict[int, Fault] = field(default_factory=dict)
    #: Calls after which, effect included, the process is killed; None: it lives.
    killed_after: int | None = None
    clock: float = field(default_factory=time.time)

    # --- what tests do to it ----------------------------------------------------------------------

    def fail(
        self, operation: str, code: str, message: str = "", status: int = 400, **more: Any
    ) -> None:
        """The next call of the operation ends so, without effect."""
        error = AwsError(code, message, status, **more)
        self.faults.setdefault(operation, []).append(error)

    def names(self, kind: str) -> set[str]:
        return set(self.resources[kind])

    def only(self, kind: str) -> dict[str, Any]:
        (resource,) = self.resources[kind].values()
        return resource

    def complete(self, job: str, **metrics: float) -> None:
        found = self.resources["training-job"][job]
        found["TrainingJobStatus"], found["SecondaryStatus"] = "Completed", "Completed"
        path = f"{found['OutputDataConfig']['S3OutputPath']}/{job}/output/model.tar.gz"
        found["ModelArtifacts"] = {"S3ModelArtifacts": path}
        found["FinalMetricDataList"] = [
            {"MetricName": name, "Value": value, "Timestamp": self.clock}
            for name, value in metrics.items()
        ]

    def trained(self, letter: str) -> str:
        """Name of a completed training job of the stack."""
        name = f"{PREFIX}-{letter * 24}"
        output = {"S3OutputPath": f"s3://{BUCKET}/training"}
        self._add("training-job", name, TrainingJobName=name, OutputDataConfig=output)
        self.complete(name, rmse=0.9)
        return name

    def settle(self, endpoint: str, status: str = "InService", **changes: Any) -> None:
        """End what is under way at an endpoint; "rolled back" is a status of its own here."""
        found = self.resources["endpoint"][endpoint]
        pending = found.pop("PendingDeploymentSummary", {}).get("EndpointConfigName")
        if found["EndpointStatus"] == "Deleting":
            del self.resources["endpoint"][endpoint]
            return
        if pending and status == "InService":
            found["EndpointConfigName"] = pending
        found["EndpointStatus"] = "InService" if status == "rolled back" else status
        found.update(changes)

    def endpoint_serves(self, model_name: str, job: str | None = None) -> None:
        """A model in service, as an earlier deployment left it."""
        job = job or self.trained("d")
        config = f"{PREFIX}-{hashlib.sha256(model_name.encode()).hexdigest()[:24]}"
        variant = {"VariantName": model_name, "ModelName": job}
        self._add("model", job, ModelName=job)
        self._add(
            "endpoint-config", config, EndpointConfigName=config, ProductionVariants=[variant]
        )
        name = f"{PREFIX}-{model_name}"
        self._add(
            "endpoint",
            name,
            EndpointName=name,
            EndpointConfigName=config,
            EndpointStatus="InService",
        )

    # --- wire -------------------------------------------------------------------------------------

    def send(self, request: Any, **_: Any) -> AWSResponse:
        if "/invocations" in request.url:
            return self._runtime(request)
        operation = request.headers["X-Amz-Target"].decode().split(".")[1]
        try:
            answer = self._call(operation, lambda: self._serve(operation, request))
        except AwsError as error:
            return _response(request, error.status, {"__type": error.code, "message": str(error)})
        return _response(request, 200, answer)

    def _call(self, operation: str, serve: Callable[[], Any]) -> Any:
        self.calls.append(operation)
        fault = self.planned.get(len(self.calls))
        if fault and fault.error and not fault.late:
            raise fault.error
        if self.faults.get(operation):
            raise self.faults[operation].pop(0)
        answer = serve()
        if self.late_faults.get(operation):
            raise self.late_faults[operation].pop(0)
        if fault and fault.error:
            raise fault.error
        if self.killed_after == len(self.calls):
            raise Killed
        return fault.answer if fault else answer

    def _serve(self, operation: str, request: Any) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(self, xform_name(operation))(json.loads(request.body))
        return answer or {}

    def _runtime(self, request: Any) -> AWSResponse:
        try:
            answer = self._call("InvokeEndpoint", lambda: self._invoke(request))
        except AwsError as error:
            body = {"message": str(error), **error.more}
            return _response(request, error.status, body, {"x-amzn-ErrorType": error.code})
        return _response(request, 200, answer)

    def _invoke(self, request: Any) -> Any:
        endpoint = request.url.split("/endpoints/")[1].split("/")[0]
        self._check_serving(endpoint)
        payload = json.loads(request.body)
        self.payloads.append((endpoint, payload))
        return (self.invocation or score)(endpoint, payload)

    def _check_serving(self, endpoint: str) -> None:
        found = self.resources["endpoint"].get(endpoint, {})
        if found.get("EndpointStatus") not in {"InService", "Updating", "RollingBack"}:
            message = f"Endpoint {endpoint} of account 123456789012 not found."
            raise AwsError("ValidationError", message)

    # --- operations -------------------------------------------------------------------------------

    def create_training_job(self, body: dict[str, Any]) -> Any:
        name = body["TrainingJobName"]
        if name in self.resources["training-job"]:
            raise AwsError(
                "ResourceInUse", "Training job names must be unique within an AWS account"
            )
        states = {"TrainingJobStatus": "InProgress", "SecondaryStatus": "Starting"}
        return {"TrainingJobArn": self._add("training-job", name, **body, **states)}

    def describe_training_job(self, body: dict[str, Any]) -> Any:
        name = body["TrainingJobName"]
        if name not in self.resources["training-job"]:
            raise AwsError("ValidationException", "Requested resource not found.")
        return self.resources["training-job"][name]

    def create_model(self, body: dict[str, Any]) -> Any:
        return {"ModelArn": self._create("model", body["ModelName"], body)}

    def delete_model(self, body: dict[str, Any]) -> Any:
        self._pop("model", body["ModelName"])

    def create_endpoint_config(self, body: dict[str, Any]) -> Any:
        self._get("model", body["ProductionVariants"][0]["ModelName"])
        name = body["EndpointConfigName"]
        return {"EndpointConfigArn": self._create("endpoint-config", name, body)}

    def describe_endpoint_config(self, body: dict[str, Any]) -> Any:
        return self._get("endpoint-config", body["EndpointConfigName"])

    def list_endpoint_configs(self, body: dict[str, Any]) -> Any:
        return self._list("endpoint-config", "EndpointConfigs", body)

    def delete_endpoint_config(self, body: dict[str, Any]) -> Any:
        self._pop("endpoint-config", body["EndpointConfigName"])

    def create_endpoint(self, body: dict[str, Any]) -> Any:
        self._get("endpoint-config", body["EndpointConfigName"])
        name = body["EndpointName"]
        arn = self._create("endpoint", name, {**body, "EndpointStatus": "Creating"})
        return {"EndpointArn": arn}

    def update_endpoint(self, body: dict[str, Any]) -> Any:
        found = self._settled_endpoint(body["EndpointName"])
        self._get("endpoint-config", body["EndpointConfigName"])
        found["EndpointStatus"] = "Updating"
        found["PendingDeploymentSummary"] = {"EndpointConfigName": body["EndpointConfigName"]}
        return {"EndpointArn": found["EndpointArn"]}

    def delete_endpoint(self, body: dict[str, Any]) -> Any:
        self._settled_endpoint(body["EndpointName"])["EndpointStatus"] = "Deleting"

    def describe_endpoint(self, body: dict[str, Any]) -> Any:
        return self._get("endpoint", body["EndpointName"])

    def list_endpoints(self, body: dict[str, Any]) -> Any:
        return self._list("endpoint", "Endpoints", body)

    def add_tags(self, body: dict[str, Any]) -> Any:
        self.tags[body["ResourceArn"]] |= {tag["Key"]: tag["Value"] for tag in body["Tags"]}
        return {"Tags": []}

    def list_tags(self, body: dict[str, Any]) -> Any:
        tags = self.tags[body["ResourceArn"]]
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    # --- resources --------------------------------------------------------------------------------

    def _add(self, kind: str, name: str, **body: Any) -> str:
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:{kind}/{name}"
        key = "".join(part.title() for part in kind.split("-")) + "Arn"
        self.clock += 1e-3
        times = {"CreationTime": self.clock, "LastModifiedTime": self.clock}
        self.resources[kind][name] = {**body, key: arn, **times}
        self.tags[arn] = {tag["Key"]: tag["Value"] for tag in body.get("Tags", ())}
        return arn

    def _create(self, kind: str, name: str, body: dict[str, Any]) -> str:
        if name in self.resources[kind]:
            what = kind.replace("-", " ")
            raise AwsError(
                "ValidationException", f'Cannot create already existing {what} "{name}".'
            )
        return self._add(kind, name, **body)

    def _get(self, kind: str, name: str) -> dict[str, Any]:
        if name not in self.resources[kind]:
            what = kind.replace("-", " ")
            raise AwsError("ValidationException", f'Could not find {what} "{name}".')
        return self.resources[kind][name]

    def _pop(self, kind: str, name: str) -> None:
        self._get(kind, name)
        del self.resources[kind][name]

    def _settled_endpoint(self, name: str) -> dict[str, Any]:
        found = self._get("endpoint", name)
        if found["EndpointStatus"] not in {"InService", "Failed", "OutOfService"}:
            raise AwsError("ValidationException", f'Cannot update in-progress endpoint "{name}".')
        return found

    def _list(self, kind: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        found = [v for k, v in self.resources[kind].items() if body["NameContains"] in k]
        start = int(body.get("NextToken", 0))
        page: dict[str, Any] = {key: found[start : start + 2]}
        return page | ({"NextToken": str(start + 2)} if start + 2 < len(found) else {})


def score(endpoint: str, payload: dict[str, Any]) -> dict[str, Any]:
    """A container whose answers depend on nothing but endpoint and row."""
    known = {"training_job": "job", "model_artifact": f"s3://artifact/{endpoint}"}
    if "estimate" in payload:
        columns = payload["estimate"]
        pairs = list(zip(columns["user_ids"], columns["item_ids"], strict=True))
        return known | {
            "estimates": [estimate(endpoint, *pair) for pair in pairs],
            "known_users": [user.isdigit() for user, _ in pairs],
            "known_items": [item.isdigit() for _, item in pairs],
        }
    if "recommend" in payload:
        columns = payload["recommend"]
        return known | {
            "recommendations": [
                [{"item_id": f"{user}/{n}", "rank": n} for n in range(1, count + 1)]
                for user, count in zip(columns["user_ids"], columns["counts"], strict=True)
            ]
        }
    return known | _for_strangers(endpoint, payload)


def _for_strangers(endpoint: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Refuses ratings above 5, as a model of stars does."""
    ((verb, columns),) = payload.items()
    rows = list(zip(*columns.values(), strict=True))
    refused = [
        "The rating must be 1 to 5." if any(value > 5 for value in row[0].values()) else None
        for row in rows
    ]
    if verb == "estimate_for":
        texts = [json.dumps(row[0], sort_keys=True) for row in rows]
        estimates = [
            None if no else estimate(endpoint, text, row[1])
            for no, text, row in zip(refused, texts, rows, strict=True)
        ]
        return {"estimates": estimates, "errors": refused}
    lists = [
        {"error": no} if no else {"recommendations": [{"item_id": str(n)} for n in range(row[1])]}
        for no, row in zip(refused, rows, strict=True)
    ]
    return {"lists": lists}


def estimate(endpoint: str, user: str, item: str) -> float:
    text = json.dumps([endpoint, user, item])
    return 1 + int(hashlib.sha256(text.encode()).hexdigest()[:4], 16) % 4000 / 1000


class _Raw(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


def _response(
    request: Any, status: int, body: Any, headers: dict[str, str] | None = None
) -> AWSResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    return AWSResponse(request.url, status, headers, _Raw(raw))


@dataclass
class LambdaContext:
    seconds: float = 28.0
    function_name: str = "snowreel-test"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:snowreel-test"
    aws_request_id: str = "lambda-request"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]

    @property
    def values(self) -> list[Any]:
        return [value for _, value in self.body["data"]]

    @property
    def value(self) -> Any:
        (value,) = self.values
        return value

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


class Api:
    """Real API Gateway v1 proxy events through the real handlers."""

    def send(
        self,
        method: str,
        path: str,
        body: str | None = None,
        *,
        headers: dict[str, str] | None = None,
        base64: bool = False,
        seconds: float = 28.0,
    ) -> Reply:
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": headers or {},
            "multiValueHeaders": {key: [value] for key, value in (headers or {}).items()},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {
                "requestId": "gateway-request",
                "stage": "v1",
                "path": f"/v1{path}",
                "resourcePath": path,
                "httpMethod": method,
                "identity": {"sourceIp": "127.0.0.1"},
            },
            "body": body,
            "isBase64Encoded": base64,
        }
        answer = HANDLERS[path](event, LambdaContext(seconds))
        assert answer["multiValueHeaders"]["Content-Type"] == ["application/json"]
        return Reply(answer["statusCode"], json.loads(answer["body"]))

    def post(self, path: str, rows: Any, *, batch: str = "batch-1", **options: Any) -> Reply:
        headers = _headers(batch) | options.pop("headers", {})
        return self.send("POST", path, json.dumps({"data": rows}), headers=headers, **options)

    def get(self, path: str, *, batch: str = "batch-1") -> Reply:
        return self.send("GET", path, headers=_headers(batch))


def _headers(batch: str) -> dict[str, str]:
    return {
        "Sf-External-Function-Query-Batch-Id": batch,
        "sf-external-function-current-query-id": "query-1",
        "sf-external-function-format": "json",
    }


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> SageMakerDouble:
    """SageMaker, empty."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    double = SageMakerDouble()
    for cached in (settings.train_settings, settings.deploy_settings, settings.invoke_settings):
        cached.cache_clear()
    for client in (control.control_client, endpoints.runtime_client):
        client.cache_clear()
        client().meta.events.register("before-send", double.send)
    return double


@pytest.fixture
def api(aws: SageMakerDouble) -> Api:
    """The API's handlers."""
    return Api()


@pytest.fixture
def killed() -> type[BaseException]:
    """What the end of a Lambda function's process looks like to a test."""
    return Killed


@pytest.fixture
def fault_of() -> type[Fault]:
    """What may befall a call of SageMaker."""
    return Fault


@pytest.fixture
def aws_error() -> type[AwsError]:
    """An error answer of AWS."""
    return AwsError


@pytest.fixture
def score_of() -> Callable[[str, str, str], float]:
    """What the double's container estimates for an endpoint, a user and an item."""
    return estimate
