"""The control plane's operations on models."""

import asyncio
import time

from aws_local.sagemaker.containers.artifacts import ArtifactBucket, ArtifactError
from aws_local.sagemaker.control_plane.collection import Collection
from aws_local.sagemaker.state import model
from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import invalid
from aws_local.settings import SageMakerSettings


class Models:
    """Models; each names an artifact."""

    def __init__(self, settings: SageMakerSettings) -> None:
        self.collection = Collection(settings.folder / "models", settings.account, "model", "model")
        self._bucket = ArtifactBucket(settings)
        self._settings = settings

    async def create(self, request: Document) -> Document:
        """CreateModel; the artifact must exist, as in the cloud."""
        name = request["ModelName"]
        url = model.artifact_of(request)
        model.check_image(request, self._settings.images)
        await self._require_artifact(url, request.get("ExecutionRoleArn", ""))
        self.collection.require_new(name)
        arn = self.collection.arn(name)
        self.collection.save(name, model.create(request, arn, time.time()))
        return {"ModelArn": arn}

    async def describe(self, request: Document) -> Document:
        """DescribeModel."""
        return model.shown(self.collection.get(request["ModelName"]))

    async def list(self, request: Document) -> Document:
        """ListModels."""
        return model.LISTING.answer(self.collection, request)

    async def delete(self, request: Document) -> Document:
        """DeleteModel; the artifact stays."""
        self.collection.remove(request["ModelName"])
        return {}

    async def _require_artifact(self, url: str, role_arn: str) -> None:
        try:
            exists = await asyncio.to_thread(self._bucket.exists, url)
        except ArtifactError as error:
            raise invalid(str(error)) from error
        if not exists and not self._settings.artifacts.may_list:
            raise model.not_readable(url, role_arn, self._settings.account.region)
        if not exists:
            raise invalid(f"Could not find model data at {url}.")
