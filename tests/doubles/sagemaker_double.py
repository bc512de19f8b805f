"""SageMaker in memory, below the real boto3 clients.

The double sits where bytes would leave the process, so that boto3 validates every request against
AWS's own model and parses every answer and error as it would in the cloud. How resources change
is the emulator's: `aws_local.sagemaker.state`, moved by hand.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aws_fault import AwsError, Fault, Killed, response
from aws_local.sagemaker.state import endpoint, endpoint_config, model, training_job
from aws_local.sagemaker.state.faults import FaultError, already_exists, not_found
from aws_local.sagemaker.state.listing import Listing
from aws_local.sagemaker.state.plan import Plan, plan_of
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from model_container import score

PREFIX = "snowreel-test"
BUCKET = "snowreel-test-artifacts"
ACCOUNT_ID = "123456789012"
#: Few, so that callers meet more than one page.
PAGE = 2


@dataclass
class SageMakerDouble:
    """SageMaker's resources as far as the handlers meet them; states move by hand."""

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
        training_job.keep_artifact(found)
        training_job.conclude(found, "Completed", "Completed", self.clock)
        found["FinalMetricDataList"] = [
            {"MetricName": name, "Value": value, "Timestamp": self.clock}
            for name, value in metrics.items()
        ]

    def trained(self, letter: str) -> str:
        """Name of a completed training job of the stack."""
        name = f"{PREFIX}-{letter * 24}"
        output = {"S3OutputPath": f"s3://{BUCKET}/training"}
        request = {"TrainingJobName": name, "OutputDataConfig": output}
        self._keep("training-job", name, training_job.create(request, "", self.clock))
        self.complete(name, rmse=0.9)
        return name

    def settle(self, name: str, status: str = "InService", **changes: Any) -> None:
        """End what is under way at an endpoint; "rolled back" is a status of its own here."""
        found = self.resources["endpoint"][name]
        if found["EndpointStatus"] == "Deleting":
            del self.resources["endpoint"][name]
        elif status != "InService":
            endpoint.fail_deployment(found, changes.pop("FailureReason", "no reason"), self.clock)
            found["EndpointStatus"] = "InService" if status == "rolled back" else status
        elif found["Pending"]:
            endpoint.finish_deployment(found, self.clock)
        found.update(changes)

    def endpoint_serves(self, model_name: str, job: str | None = None) -> None:
        """A model in service, as an earlier deployment left it."""
        job = job or self.trained("d")
        config = f"{PREFIX}-{hashlib.sha256(model_name.encode()).hexdigest()[:24]}"
        serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": 20}
        variant = {"VariantName": model_name, "ModelName": job, "ServerlessConfig": serverless}
        container = {"ModelDataUrl": training_job.artifact_uri(self.resources["training-job"][job])}
        self.create_model({"ModelName": job, "PrimaryContainer": container})
        self.create_endpoint_config({"EndpointConfigName": config, "ProductionVariants": [variant]})
        name = f"{PREFIX}-{model_name}"
        self.create_endpoint({"EndpointName": name, "EndpointConfigName": config})
        self.settle(name)

    # --- wire -------------------------------------------------------------------------------------

    def send(self, request: Any, **_: Any) -> AWSResponse:
        if "/invocations" in request.url:
            return self._runtime(request)
        operation = request.headers["X-Amz-Target"].decode().split(".")[1]
        try:
            answer = self._call(operation, lambda: self._serve(operation, request))
        except (AwsError, FaultError) as error:
            return response(request, error.status, {"__type": error.code, "message": str(error)})
        return response(request, 200, answer)

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
        except (AwsError, FaultError) as error:
            body = {"message": str(error), **getattr(error, "more", {})}
            return response(request, error.status, body, {"x-amzn-ErrorType": error.code})
        return response(request, 200, answer)

    def _invoke(self, request: Any) -> Any:
        name = request.url.split("/endpoints/")[1].split("/")[0]
        found = self.resources["endpoint"].get(name)
        if found is None or not endpoint.is_serving(found):
            raise endpoint.not_serving(name, ACCOUNT_ID)
        payload = json.loads(request.body)
        self.payloads.append((name, payload))
        return (self.invocation or score)(name, payload)

    # --- operations -------------------------------------------------------------------------------

    def create_training_job(self, body: dict[str, Any]) -> Any:
        name = body["TrainingJobName"]
        arn = _arn("training-job", name)
        if name in self.resources["training-job"]:
            raise training_job.name_taken(arn)
        training_job.check(body)
        return self._keep("training-job", name, training_job.create(body, arn, self.clock))

    def describe_training_job(self, body: dict[str, Any]) -> Any:
        if body["TrainingJobName"] not in self.resources["training-job"]:
            raise training_job.not_found()
        return training_job.shown(self._get("training-job", body["TrainingJobName"]))

    def create_model(self, body: dict[str, Any]) -> Any:
        name = body["ModelName"]
        model.artifact_of(body)
        arn = self._new("model", name)
        return self._keep("model", name, model.create(body, arn, self.clock))

    def delete_model(self, body: dict[str, Any]) -> Any:
        self._pop("model", body["ModelName"])

    def create_endpoint_config(self, body: dict[str, Any]) -> Any:
        name = body["EndpointConfigName"]
        served = self._get("model", endpoint_config.variant_of(body)["ModelName"])
        arn = self._new("endpoint-config", name)
        endpoint_config.check_capacity(body, served)
        return self._keep("endpoint-config", name, endpoint_config.create(body, arn, self.clock))

    def describe_endpoint_config(self, body: dict[str, Any]) -> Any:
        return endpoint_config.shown(self._get("endpoint-config", body["EndpointConfigName"]))

    def list_endpoint_configs(self, body: dict[str, Any]) -> Any:
        return self._list("endpoint-config", endpoint_config.LISTING, body)

    def delete_endpoint_config(self, body: dict[str, Any]) -> Any:
        self._pop("endpoint-config", body["EndpointConfigName"])

    def create_endpoint(self, body: dict[str, Any]) -> Any:
        name = body["EndpointName"]
        plan = self._plan(body["EndpointConfigName"])
        arn = self._new("endpoint", name)
        return self._keep("endpoint", name, endpoint.create(body, arn, plan, self.clock))

    def update_endpoint(self, body: dict[str, Any]) -> Any:
        found = self._get("endpoint", body["EndpointName"])
        endpoint.require_updatable(found)
        endpoint.begin_update(found, self._plan(body["EndpointConfigName"]), self.clock)
        return {"EndpointArn": found["EndpointArn"]}

    def delete_endpoint(self, body: dict[str, Any]) -> Any:
        endpoint.begin_deletion(self._get("endpoint", body["EndpointName"]), self.clock)

    def describe_endpoint(self, body: dict[str, Any]) -> Any:
        return endpoint.shown(self._get("endpoint", body["EndpointName"]))

    def list_endpoints(self, body: dict[str, Any]) -> Any:
        return self._list("endpoint", endpoint.LISTING, body)

    def add_tags(self, body: dict[str, Any]) -> Any:
        self.tags[body["ResourceArn"]] |= {tag["Key"]: tag["Value"] for tag in body["Tags"]}
        return {"Tags": []}

    def list_tags(self, body: dict[str, Any]) -> Any:
        tags = self.tags[body["ResourceArn"]]
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    # --- resources --------------------------------------------------------------------------------

    def _keep(self, kind: str, name: str, document: dict[str, Any]) -> dict[str, Any]:
        """Keep a new resource; the answer to its creation."""
        key, arn = "".join(part.title() for part in kind.split("-")) + "Arn", _arn(kind, name)
        self.clock += 1e-3
        times = {"CreationTime": self.clock, "LastModifiedTime": self.clock}
        self.resources[kind][name] = {**document, key: arn, **times}
        self.tags[arn] = {tag["Key"]: tag["Value"] for tag in document.get("Tags", ())}
        return {key: arn}

    def _new(self, kind: str, name: str) -> str:
        if name in self.resources[kind]:
            raise already_exists(kind.replace("-", " "), _arn(kind, name))
        return _arn(kind, name)

    def _get(self, kind: str, name: str) -> dict[str, Any]:
        if name not in self.resources[kind]:
            raise not_found(kind.replace("-", " "), _arn(kind, name))
        return self.resources[kind][name]

    def _pop(self, kind: str, name: str) -> None:
        self._get(kind, name)
        del self.resources[kind][name]

    def _plan(self, config_name: str) -> Plan:
        config = self._get("endpoint-config", config_name)
        return plan_of(config, self._get("model", config["ProductionVariants"][0]["ModelName"]))

    def _list(self, kind: str, listing: Listing, body: dict[str, Any]) -> dict[str, Any]:
        return listing.answer(self.resources[kind].values(), body | {"MaxResults": PAGE})


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:us-east-1:{ACCOUNT_ID}:{kind}/{name}"
