"""The control plane's operations on the model registry: groups, and their versioned packages."""

import time

from aws_local.sagemaker.control_plane.collection import Collection
from aws_local.sagemaker.state import model_package, model_package_group
from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import invalid
from aws_local.settings import SageMakerSettings


class ModelRegistry:
    """Groups of model packages; a group's document holds its versions."""

    def __init__(self, settings: SageMakerSettings) -> None:
        self._account = settings.account
        self.collection = Collection(
            settings.folder / "model-package-groups",
            settings.account,
            "model-package-group",
            "model package group",
        )

    # --- groups ---------------------------------------------------------------------------------

    async def create_group(self, request: Document) -> Document:
        """CreateModelPackageGroup."""
        name = request["ModelPackageGroupName"]
        arn = self.collection.arn(name)
        if name in self.collection:
            raise model_package_group.name_taken(arn)
        self.collection.save(name, model_package_group.create(request, arn, time.time()))
        return {"ModelPackageGroupArn": arn}

    async def describe_group(self, request: Document) -> Document:
        """DescribeModelPackageGroup."""
        return model_package_group.shown(self._group(request["ModelPackageGroupName"]))

    async def list_groups(self, request: Document) -> Document:
        """ListModelPackageGroups."""
        return model_package_group.LISTING.answer(self.collection, request)

    async def delete_group(self, request: Document) -> Document:
        """DeleteModelPackageGroup, once it is empty."""
        group = self._group(request["ModelPackageGroupName"])
        model_package_group.require_empty(group)
        self.collection.remove(group["ModelPackageGroupName"])
        return {}

    # --- packages -------------------------------------------------------------------------------

    async def create(self, request: Document) -> Document:
        """CreateModelPackage; a request that repeats a token gets the version made for it.

        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
        """
        model_package.container_of(request)
        group = self._group(request.get("ModelPackageGroupName", ""))
        token = request.get("ClientToken")
        for package in group["Packages"]:
            if token and package.get("ClientToken") == token:
                return {"ModelPackageArn": package["ModelPackageArn"]}
        name, version = group["ModelPackageGroupName"], group["LastVersion"] + 1
        arn = self._account.arn("sagemaker", f"model-package/{name}/{version}")
        known = request | {"ModelPackageGroupName": name}
        group["Packages"].append(model_package.create(known, arn, version, time.time()))
        group["LastVersion"] = version
        self.collection.save(name, group)
        return {"ModelPackageArn": arn}

    async def describe(self, request: Document) -> Document:
        """DescribeModelPackage."""
        _, package = self._package(request["ModelPackageName"])
        return model_package.shown(package)

    async def list(self, request: Document) -> Document:
        """ListModelPackages, of one group."""
        if "ModelPackageGroupName" not in request:
            raise invalid("The local stack lists the packages of one group: name it.")
        packages = self._group(request["ModelPackageGroupName"])["Packages"]
        wanted = request.get("ModelApprovalStatus")
        chosen = [each for each in packages if wanted in {None, each["ModelApprovalStatus"]}]
        return model_package.LISTING.answer(chosen, request)

    async def update(self, request: Document) -> Document:
        """UpdateModelPackage: approval and metadata."""
        group, package = self._package(request["ModelPackageArn"])
        model_package.update(package, request, time.time())
        self.collection.save(group["ModelPackageGroupName"], group)
        return {"ModelPackageArn": package["ModelPackageArn"]}

    async def delete(self, request: Document) -> Document:
        """DeleteModelPackage; its number does not come again."""
        group, package = self._package(request["ModelPackageName"])
        group["Packages"].remove(package)
        self.collection.save(group["ModelPackageGroupName"], group)
        return {}

    def _group(self, name_or_arn: str) -> Document:
        name = model_package_group.name_of(name_or_arn)
        if name not in self.collection:
            raise model_package_group.not_found(self.collection.arn(name))
        return self.collection.get(name)

    def _package(self, arn: str) -> tuple[Document, Document]:
        name = arn.split("/")[-2] if "/" in arn else ""
        if name in self.collection:
            group = self.collection.get(name)
            for package in group["Packages"]:
                if package["ModelPackageArn"] == arn:
                    return group, package
        raise model_package.not_found(arn)
