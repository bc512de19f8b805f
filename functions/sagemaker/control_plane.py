"""SageMaker's control plane: typed resources in and out, over whatever carries its calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from functions.sagemaker.errors import MissingError
from functions.sagemaker.resources import (
    SERVING_STATES,
    Endpoint,
    EndpointConfig,
    ModelPackage,
    TrainingJob,
    tag_list,
)

#: Of a variant, what a successor takes over.
_CAPACITY = ("InitialInstanceCount", "InstanceType", "ServerlessConfig")


class Caller(Protocol):
    """Carries a call of the control plane."""

    def __call__(self, operation: str, /, **parameters: Any) -> Any:
        """The answer of an operation, by its name in boto3.

        Raises:
            BusyError: Not now; a call that could outlast the request is not begun.
            SageMakerError: SageMaker refused the call.
        """


@dataclass(frozen=True)
class ControlPlane:
    """SageMaker's control plane as one request may use it."""

    call: Caller

    # --- training jobs --------------------------------------------------------------------------

    def create_training_job(self, request: Mapping[str, Any]) -> None:
        """Start a training job.

        Raises:
            TakenError: The name is taken.
            QuotaError: The account may run no further job of this kind.
        """
        self.call("create_training_job", **request)

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
            instance_type=found.get("ResourceConfig", {}).get("InstanceType", ""),
            started_at=found.get("TrainingStartTime"),
            billed_seconds=found.get("BillableTimeInSeconds"),
            metrics={m["MetricName"]: m["Value"] for m in found.get("FinalMetricDataList", ())},
            hyperparameters=found.get("HyperParameters", {}),
        )

    # --- models and endpoint configurations -----------------------------------------------------

    def create_model(self, request: Mapping[str, Any]) -> None:
        """Create a model; raises TakenError if there is one of this name."""
        self.call("create_model", **request)

    def delete_model(self, name: str) -> None:
        """Delete a model, if it is there."""
        self._find("delete_model", ModelName=name)

    def create_endpoint_config(self, request: Mapping[str, Any]) -> None:
        """Create an endpoint configuration; raises TakenError if there is one of this name."""
        self.call("create_endpoint_config", **request)

    def endpoint_config(self, name: str) -> EndpointConfig | None:
        """The endpoint configuration of this name, if there is one."""
        found = self._find("describe_endpoint_config", EndpointConfigName=name)
        if found is None:
            return None
        variant = found["ProductionVariants"][0]
        return EndpointConfig(
            name=found["EndpointConfigName"],
            arn=found["EndpointConfigArn"],
            variant=variant["VariantName"],
            training_job=variant["ModelName"],
            created_at=found["CreationTime"],
            capacity={name: variant[name] for name in _CAPACITY if name in variant},
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
            QuotaError: The account may have no further endpoint, or no further capacity.
        """
        self.call("create_endpoint", EndpointName=name, EndpointConfigName=config)

    def update_endpoint(self, name: str, config: str, *, keep_capacity: bool) -> None:
        """Move an endpoint to another configuration without downtime.

        Args:
            name: Of the endpoint.
            config: The new configuration's name.
            keep_capacity: Whether it keeps the number of instances that it was scaled to, instead
                of going back to the configuration's:
                https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html

        Raises:
            BusyError: An update is under way already.
            MissingError: The endpoint or the configuration is not there.
            QuotaError: The account may have no further capacity beside that which serves.
        """
        self.call(
            "update_endpoint",
            EndpointName=name,
            EndpointConfigName=config,
            RetainAllVariantProperties=keep_capacity,
        )

    def endpoint(self, name: str) -> Endpoint | None:
        """The endpoint of this name, if there is one."""
        found = self._find("describe_endpoint", EndpointName=name)
        if found is None:
            return None
        return Endpoint(
            name=found["EndpointName"],
            arn=found["EndpointArn"],
            status=found["EndpointStatus"],
            config=found["EndpointConfigName"],
            pending_config=found.get("PendingDeploymentSummary", {}).get("EndpointConfigName"),
            failure_reason=found.get("FailureReason", ""),
            instances=next(
                (
                    variant["CurrentInstanceCount"]
                    for variant in found.get("ProductionVariants", ())
                    if "CurrentInstanceCount" in variant
                ),
                None,
            ),
            created_at=found["CreationTime"],
            updated_at=found["LastModifiedTime"],
        )

    def endpoint_names(self, prefix: str) -> Iterator[str]:
        """Names of the endpoints that start with `prefix`."""
        return self._names("list_endpoints", "Endpoints", "EndpointName", prefix)

    def serving_endpoints(self, name_contains: str) -> dict[str, str]:
        """Names and ARNs of the endpoints in service whose names contain a text.

        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpoints.html
        """
        pages = self._pages("list_endpoints", NameContains=name_contains, MaxResults=100)
        return {
            item["EndpointName"]: item["EndpointArn"]
            for page in pages
            for item in page["Endpoints"]
            if item["EndpointStatus"] in SERVING_STATES
        }

    def delete_endpoint(self, name: str) -> None:
        """Begin to delete an endpoint, if it is there; raises BusyError during an update."""
        self._find("delete_endpoint", EndpointName=name)

    # --- registry -------------------------------------------------------------------------------

    def create_model_package_group(self, name: str) -> None:
        """Create a group of versions; raises TakenError if there is one of this name."""
        self.call("create_model_package_group", ModelPackageGroupName=name)

    def create_model_package(self, request: Mapping[str, Any]) -> str:
        """Create a version, or find the one made for the same token; its ARN.

        Raises:
            MissingError: The group is not there.
        """
        arn: str = self.call("create_model_package", **request)["ModelPackageArn"]
        return arn

    def model_packages(self, group: str) -> Iterator[ModelPackage]:
        """Versions of a group, the newest first; none where there is no such group."""
        try:
            pages = self._pages("list_model_packages", ModelPackageGroupName=group, MaxResults=100)
            for page in pages:
                yield from map(_model_package, page["ModelPackageSummaryList"])
        except MissingError:
            return

    def model_package_metadata(self, arn: str) -> dict[str, str]:
        """The metadata of a version; empty where it is gone."""
        found = self._find("describe_model_package", ModelPackageName=arn) or {}
        return dict(found.get("CustomerMetadataProperties", {}))

    def update_model_package(
        self, arn: str, approval: str, metadata: Mapping[str, str], *, without: list[str]
    ) -> None:
        """Change a version's approval, and add to its metadata or take from it.

        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html
        """
        going = {"CustomerMetadataPropertiesToRemove": without} if without else {}
        self.call(
            "update_model_package",
            ModelPackageArn=arn,
            ModelApprovalStatus=approval,
            CustomerMetadataProperties=dict(metadata),
            **going,
        )

    # --- tags -----------------------------------------------------------------------------------

    def tags(self, arn: str) -> dict[str, str]:
        """Tags of a resource."""
        pages = self._pages("list_tags", ResourceArn=arn)
        return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}

    def add_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        """Add tags to a resource, or change them."""
        self.call("add_tags", ResourceArn=arn, Tags=tag_list(tags))

    # --- calls ----------------------------------------------------------------------------------

    def _find(self, operation: str, **parameters: Any) -> Any:
        try:
            return self.call(operation, **parameters)
        except MissingError:
            return None

    def _names(self, operation: str, key: str, attribute: str, prefix: str) -> Iterator[str]:
        for page in self._pages(operation, NameContains=prefix, MaxResults=100):
            for item in page[key]:
                if item[attribute].startswith(prefix):
                    yield item[attribute]

    def _pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        page = self.call(operation, **parameters)
        yield page
        while token := page.get("NextToken"):
            page = self.call(operation, **parameters, NextToken=token)
            yield page


def _model_package(summary: Mapping[str, Any]) -> ModelPackage:
    return ModelPackage(
        arn=summary["ModelPackageArn"],
        number=summary["ModelPackageVersion"],
        approval=summary["ModelApprovalStatus"],
        description=summary.get("ModelPackageDescription", ""),
        created_at=summary["CreationTime"],
    )
