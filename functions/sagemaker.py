"""SageMaker's control plane: typed, named errors, bounded in time. One client per process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from functions.deadline import Deadline
from functions.errors import BusyError

_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 2, 6, 2
#: The worst case of one call, retry and backoff included: less time left, and it is not begun.
CALL_SECONDS = _ATTEMPTS * (_CONNECT_SECONDS + _READ_SECONDS) + 1.0

#: What boto3 raises when the other side cannot be reached or does not answer in time.
UNREACHABLE = (HTTPClientError, BotoConnectionError)

_TRANSIENT_CODES = frozenset(
    {
        "InternalFailure",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

_MISSING_TEXTS = ("could not find", "does not exist", "not found")

#: An endpoint in one of these states takes no update and cannot be deleted, except by waiting.
BUSY_STATES = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})
#: In one of these it is beyond an update: it is removed and made anew.
BROKEN_STATES = frozenset({"Failed", "OutOfService", "UpdateRollbackFailed"})


class SageMakerError(Exception):
    """SageMaker refused a call for a reason that is no caller's fault; for the log."""


class MissingError(SageMakerError):
    """The named resource does not exist."""


class TakenError(SageMakerError):
    """A resource of this name exists already."""


class QuotaError(SageMakerError):
    """The account's quota does not allow the resource."""


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """A training job, as far as answers are made from it."""

    name: str
    arn: str
    status: str
    secondary_status: str
    created_at: datetime
    artifact: str | None
    failure_reason: str
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EndpointConfig:
    """An endpoint configuration: the variant carries the model's name, its model the job's."""

    name: str
    arn: str
    model_name: str
    training_job: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint and where it stands."""

    name: str
    status: str
    config: str
    #: Configuration that an update under way is bringing in, where SageMaker says so.
    pending_config: str | None
    failure_reason: str
    created_at: datetime
    updated_at: datetime

    @property
    def is_busy(self) -> bool:
        """Whether a creation, an update or a deletion is under way."""
        return self.status in BUSY_STATES


@lru_cache
def control_client() -> Any:
    """The process's client of the control plane; boto3 finds address and credentials itself."""
    return boto3.client(
        "sagemaker",
        config=Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        ),
    )


@dataclass(frozen=True)
class SageMaker:
    """SageMaker as one request may use it: no call begins that could outlast its deadline."""

    deadline: Deadline

    # --- training jobs --------------------------------------------------------------------------

    def create_training_job(self, request: Mapping[str, Any]) -> None:
        """Start a training job.

        Raises:
            TakenError: The name is taken.
            QuotaError: The account may run no further job of this kind.
        """
        self._call("create_training_job", **request)

    def training_job(self, name: str) -> TrainingJob | None:
        """The training job of this name, if there is one."""
        found = self._find("describe_training_job", TrainingJobName=name)
        if found is None:
            return None
        return TrainingJob(
            name=found["TrainingJobName"],
            arn=found["TrainingJobArn"],
            status=found["TrainingJobStatus"],
            secondary_status=found.get("SecondaryStatus", ""),
            created_at=found["CreationTime"],
            artifact=found.get("ModelArtifacts", {}).get("S3ModelArtifacts"),
            failure_reason=found.get("FailureReason", ""),
            metrics={m["MetricName"]: m["Value"] for m in found.get("FinalMetricDataList", ())},
        )

    # --- models and endpoint configurations -----------------------------------------------------

    def create_model(self, request: Mapping[str, Any]) -> None:
        """Create a model; raises TakenError if there is one of this name."""
        self._call("create_model", **request)

    def delete_model(self, name: str) -> None:
        """Delete a model, if it is there."""
        self._find("delete_model", ModelName=name)

    def create_endpoint_config(self, request: Mapping[str, Any]) -> None:
        """Create an endpoint configuration; raises TakenError if there is one of this name."""
        self._call("create_endpoint_config", **request)

    def endpoint_config(self, name: str) -> EndpointConfig | None:
        """The endpoint configuration of this name, if there is one."""
        found = self._find("describe_endpoint_config", EndpointConfigName=name)
        if found is None:
            return None
        variant = found["ProductionVariants"][0]
        return EndpointConfig(
            name=found["EndpointConfigName"],
            arn=found["EndpointConfigArn"],
            model_name=variant["VariantName"],
            training_job=variant["ModelName"],
            created_at=found["CreationTime"],
        )

    def endpoint_config_names(self, prefix: str) -> Iterator[str]:
        """Names of the endpoint configurations that start with `prefix`."""
        return self._names("list_endpoint_configs", "EndpointConfigs", "EndpointConfigName", prefix)

    def delete_endpoint_config(self, name: str) -> None:
        """Delete an endpoint configuration, if it is there."""
        self._find("delete_endpoint_config", EndpointConfigName=name)

    # --- endpoints ------------------------------------------------------------------------------

    def create_endpoint(self, name: str, config: str) -> None:
        """Create an endpoint.

        Raises:
            TakenError: There is one of this name.
            MissingError: The configuration is not there, or not there yet.
        """
        self._call("create_endpoint", EndpointName=name, EndpointConfigName=config)

    def update_endpoint(self, name: str, config: str) -> None:
        """Move an endpoint to another configuration without downtime.

        Raises:
            BusyError: An update is under way already.
            MissingError: The endpoint or the configuration is not there.
        """
        self._call("update_endpoint", EndpointName=name, EndpointConfigName=config)

    def endpoint(self, name: str) -> Endpoint | None:
        """The endpoint of this name, if there is one."""
        found = self._find("describe_endpoint", EndpointName=name)
        if found is None:
            return None
        return Endpoint(
            name=found["EndpointName"],
            status=found["EndpointStatus"],
            config=found["EndpointConfigName"],
            pending_config=found.get("PendingDeploymentSummary", {}).get("EndpointConfigName"),
            failure_reason=found.get("FailureReason", ""),
            created_at=found["CreationTime"],
            updated_at=found["LastModifiedTime"],
        )

    def endpoint_names(self, prefix: str) -> Iterator[str]:
        """Names of the endpoints that start with `prefix`."""
        return self._names("list_endpoints", "Endpoints", "EndpointName", prefix)

    def delete_endpoint(self, name: str) -> None:
        """Begin to delete an endpoint, if it is there; raises BusyError during an update."""
        self._find("delete_endpoint", EndpointName=name)

    # --- tags -----------------------------------------------------------------------------------

    def tags(self, arn: str) -> dict[str, str]:
        """Tags of a resource."""
        pages = self._pages("list_tags", ResourceArn=arn)
        return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}

    def add_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        """Add tags to a resource, or change them."""
        self._call("add_tags", ResourceArn=arn, Tags=tag_list(tags))

    # --- calls ----------------------------------------------------------------------------------

    def _find(self, operation: str, **parameters: Any) -> Any:
        try:
            return self._call(operation, **parameters)
        except MissingError:
            return None

    def _names(self, operation: str, key: str, attribute: str, prefix: str) -> Iterator[str]:
        for page in self._pages(operation, NameContains=prefix, MaxResults=100):
            for item in page[key]:
                if item[attribute].startswith(prefix):
                    yield item[attribute]

    def _pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        page = self._call(operation, **parameters)
        yield page
        while token := page.get("NextToken"):
            page = self._call(operation, **parameters, NextToken=token)
            yield page

    def _call(self, operation: str, **parameters: Any) -> Any:
        self.deadline.require(CALL_SECONDS)
        try:
            return getattr(control_client(), operation)(**parameters)
        except ClientError as error:
            _raise_named(error)
        except UNREACHABLE as error:
            raise BusyError("SageMaker did not answer in time: send it again.") from error
        except BotoCoreError as error:
            raise SageMakerError(str(error)) from error


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in the shape that SageMaker's requests take."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def is_transient(error: ClientError) -> bool:
    """Whether the same call may succeed in a while."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error.response["Error"]["Code"] in _TRANSIENT_CODES or status >= 500 or status == 429


def _raise_named(error: ClientError) -> NoReturn:
    """SageMaker tells most refusals apart by their text alone: one code, ValidationException."""
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    lowered = message.lower()
    if is_transient(error):
        raise BusyError("SageMaker takes no more requests at the moment: send it again.") from error
    if code == "ResourceNotFound" or any(text in lowered for text in _MISSING_TEXTS):
        raise MissingError(message) from error
    if "already exist" in lowered:
        raise TakenError(message) from error
    if code == "ResourceLimitExceeded":
        raise QuotaError(message) from error
    if "in-progress" in lowered or "in progress" in lowered:
        raise BusyError("The endpoint is being changed already: send it again.") from error
    # CreateTrainingJob has a code for a taken name; its text differs between regions.
    if code == "ResourceInUse":
        raise TakenError(message) from error
    raise SageMakerError(f"{code}: {message}") from error
