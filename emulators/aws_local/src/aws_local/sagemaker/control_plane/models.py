"""The control plane's operations on models."""

import asyncio
import time

from aws_local.sagemaker.containers.artifacts import ArtifactError, HiddenError
from aws_local.sagemaker.containers.workplace import Workplace
from aws_local.sagemaker.control_plane.collection import Collection
from aws_local.sagemaker.state import model
from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import invalid


class Models:
    """Models; each names an artifact."""

    def __init__(self, workplace: Workplace) -> None:
        settings = workplace.settings
        self.collection = Collection(settings.folder / "models", settings.account, "model", "model")
        self._roles = workplace.roles
        self._bucket = workplace.bucket
        self._settings = settings

    async def create(self, request: Document) -> Document:
        """CreateModel; the artifact must exist, as in the cloud."""
        name = request["ModelName"]
        url, role_arn = model.artifact_of(request), request.get("ExecutionRoleArn", "")
        model.check_image(request, self._settings.images)
        self._roles.require_assumable(role_arn)
        await self._require_artifact(url, role_arn)
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
            await asyncio.to_thread(self._bucket.require, url, role_arn)
        except HiddenError as error:
            raise model.not_readable(url, role_arn, self._settings.account.region) from error
        except ArtifactError as error:
            raise invalid(str(error)) from error
