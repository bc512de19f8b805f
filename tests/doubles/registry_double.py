"""SageMaker's model registry in memory: groups, and versions that count up."""

from dataclasses import dataclass, field
from typing import Any

from aws_fault import AwsError

ARN = "arn:aws:sagemaker:us-east-1:123456789012"


@dataclass
class RegistryDouble:
    """Groups by name, each with its versions in the order of their making."""

    groups: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: Resources of a page of a list; AWS's have 100.
    page: int = 2
    #: Seconds since 1970 of what is made next.
    clock: float = 0.0

    def version(self, group: str, training_job: str) -> dict[str, Any]:
        """The one version of a training job."""
        (found,) = (
            each for each in self.groups[group] if each["ModelPackageDescription"] == training_job
        )
        return found

    # --- operations -------------------------------------------------------------------------------

    def create_model_package_group(self, body: dict[str, Any]) -> Any:
        name = body["ModelPackageGroupName"]
        arn = f"{ARN}:model-package-group/{name}"
        if name in self.groups:
            raise AwsError("ValidationException", f"Model Package Group already exists: {arn}")
        self.groups[name] = []
        return {"ModelPackageGroupArn": arn}

    def create_model_package(self, body: dict[str, Any]) -> Any:
        group = self._group(body["ModelPackageGroupName"])
        for each in group:
            if each["ClientToken"] == body["ClientToken"]:
                return {"ModelPackageArn": each["ModelPackageArn"]}
        number = len(group) + 1
        arn = f"{ARN}:model-package/{body['ModelPackageGroupName']}/{number}"
        self.clock += 1e-3
        made = {"ModelPackageArn": arn, "ModelPackageVersion": number, "CreationTime": self.clock}
        states = {
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": "PendingManualApproval",
        }
        group.append({**states, **body, **made})
        return {"ModelPackageArn": arn}

    def describe_model_package(self, body: dict[str, Any]) -> Any:
        return self._package(body["ModelPackageName"])

    def list_model_packages(self, body: dict[str, Any]) -> Any:
        newest = self._group(body["ModelPackageGroupName"])[::-1]
        start = int(body.get("NextToken", 0))
        page: dict[str, Any] = {"ModelPackageSummaryList": newest[start : start + self.page]}
        more = start + self.page < len(newest)
        return page | ({"NextToken": str(start + self.page)} if more else {})

    def update_model_package(self, body: dict[str, Any]) -> Any:
        package = self._package(body["ModelPackageArn"])
        package["ModelApprovalStatus"] = body["ModelApprovalStatus"]
        metadata = package.get("CustomerMetadataProperties", {})
        metadata = metadata | body["CustomerMetadataProperties"]
        for key in body.get("CustomerMetadataPropertiesToRemove", ()):
            metadata.pop(key, None)
        package["CustomerMetadataProperties"] = metadata
        return {"ModelPackageArn": package["ModelPackageArn"]}

    def _group(self, name: str) -> list[dict[str, Any]]:
        if name not in self.groups:
            arn = f"{ARN}:model-package-group/{name}"
            raise AwsError("ValidationException", f"ModelPackageGroup {arn} does not exist.")
        return self.groups[name]

    def _package(self, arn: str) -> dict[str, Any]:
        for group in self.groups.values():
            for package in group:
                if package["ModelPackageArn"] == arn:
                    return package
        raise AwsError("ValidationException", f"ModelPackage {arn} does not exist.")
