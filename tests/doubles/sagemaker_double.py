"""SageMaker in memory, below the real boto3 clients.

The double sits where bytes would leave the process, so that boto3 validates every request against
AWS's own model and parses every answer and error as it would in the cloud.
"""

import hashlib
import json
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aws_fault import AwsError, Fault, Killed, response
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from model_container import score
from registry_double import RegistryDouble

PREFIX = "snowreel-test"
BUCKET = "snowreel-test-artifacts"


def _float32(value: float) -> float:
    """A number as SageMaker keeps it: MetricData.Value has 32 bits."""
    (kept,) = struct.unpack("f", struct.pack("f", value))
    return float(kept)


@dataclass
class SageMakerDouble(RegistryDouble):
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
    #: Operation to what each of its calls ends in, before it has any effect.
    refusals: dict[str, AwsError] = field(default_factory=dict)
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

    def living_configs(self) -> set[str]:
        """Endpoint configurations without those that are mere receipts of what was retired."""
        configs = self.resources["endpoint-config"]
        return {
            name
            for name, config in configs.items()
            if "snowreel:retired" not in self.tags[config["EndpointConfigArn"]]
        }

    def only(self, kind: str) -> dict[str, Any]:
        (resource,) = self.resources[kind].values()
        return resource

    def complete(self, job: str, **metrics: float) -> None:
        found = self.resources["training-job"][job]
        found["TrainingJobStatus"], found["SecondaryStatus"] = "Completed", "Completed"
        path = f"{found['OutputDataConfig']['S3OutputPath']}/{job}/output/model.tar.gz"
        found |= {"ModelArtifacts": {"S3ModelArtifacts": path}, "BillableTimeInSeconds": 90}
        found["FinalMetricDataList"] = [
            {"MetricName": name, "Value": _float32(value), "Timestamp": self.clock}
            for name, value in metrics.items()
        ]

    def trained(self, letter: str, **metrics: float) -> str:
        """Name of a completed training job of the stack."""
        name = f"{PREFIX}-{letter * 24}"
        output = {"S3OutputPath": f"s3://{BUCKET}/training"}
        self._add("training-job", name, TrainingJobName=name, OutputDataConfig=output)
        self.complete(name, **({"rmse": 0.9} | metrics))
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
            return response(request, error.status, {"__type": error.code, "message": str(error)})
        return response(request, 200, answer)

    def _call(self, operation: str, serve: Callable[[], Any]) -> Any:
        self.calls.append(operation)
        fault = self.planned.get(len(self.calls))
        if fault and fault.error and not fault.late:
            raise fault.error
        if self.faults.get(operation):
            raise self.faults[operation].pop(0)
        if operation in self.refusals:
            raise self.refusals[operation]
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
            return response(request, error.status, body, {"x-amzn-ErrorType": error.code})
        return response(request, 200, answer)

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
        variants = self._instances(body["EndpointConfigName"])
        name = body["EndpointName"]
        endpoint = {**body, "EndpointStatus": "Creating", "ProductionVariants": variants}
        return {"EndpointArn": self._create("endpoint", name, endpoint)}

    def update_endpoint(self, body: dict[str, Any]) -> Any:
        found = self._settled_endpoint(body["EndpointName"])
        variants = self._instances(body["EndpointConfigName"])
        if not body.get("RetainAllVariantProperties"):
            found["ProductionVariants"] = variants
        found["EndpointStatus"] = "Updating"
        found["PendingDeploymentSummary"] = {"EndpointConfigName": body["EndpointConfigName"]}
        return {"EndpointArn": found["EndpointArn"]}

    def _instances(self, config: str) -> list[dict[str, Any]]:
        """The variants of an endpoint as its configuration has them."""
        return [
            {
                "VariantName": variant["VariantName"],
                "CurrentInstanceCount": variant["InitialInstanceCount"],
            }
            for variant in self._get("endpoint-config", config)["ProductionVariants"]
            if "InitialInstanceCount" in variant
        ]

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
        end = start + self.page
        page: dict[str, Any] = {key: found[start:end]}
        return page | ({"NextToken": str(end)} if end < len(found) else {})
