"""The control plane's operations on models and endpoint configurations."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from aws_local.sagemaker.artifacts import ArtifactBucket, ArtifactError
from aws_local.sagemaker.collection import Collection, Document
from aws_local.sagemaker.faults import invalid
from aws_local.sagemaker.listing import Listing
from aws_local.settings import SageMakerSettings

#: What a request may ask for and this emulator would not do: refused, never ignored.
REFUSED_CONFIG_FIELDS = ("AsyncInferenceConfig", "ExplainerConfig", "ShadowProductionVariants")
_MEMORY_SIZES = range(1024, 6145, 1024)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that a server needs, so that it outlives its configuration and model."""

    config_name: str
    variant_name: str
    image: str
    model_data_url: str
    environment: dict[str, str]
    #: `MemorySizeInMB` and `MaxConcurrency`; None: an instance.
    serverless: dict[str, int] | None


class Models:
    """Models; each names an artifact."""

    def __init__(self, settings: SageMakerSettings) -> None:
        self.collection = Collection(settings.folder / "models", settings.account, "model", "model")
        self._bucket = ArtifactBucket(settings)
        self._listing = Listing(
            key="Models",
            name_field="ModelName",
            status_field=None,
            summary_fields=("ModelName", "ModelArn", "CreationTime"),
        )

    async def create(self, request: Document) -> Document:
        """CreateModel; the artifact must exist, as in the cloud."""
        name = request["ModelName"]
        container = request.get("PrimaryContainer")
        if not container or request.get("Containers"):
            raise invalid("The local stack runs one container per model: give PrimaryContainer.")
        url = container.get("ModelDataUrl", "")
        if not await self._artifact_exists(url):
            raise invalid(f"Could not find model data at {url}.")
        self.collection.require_new(name)
        arn = self.collection.arn(name)
        self.collection.save(name, {**request, "ModelArn": arn, "CreationTime": time.time()})
        return {"ModelArn": arn}

    async def describe(self, request: Document) -> Document:
        """DescribeModel."""
        return _without_tags(self.collection.get(request["ModelName"]))

    async def list(self, request: Document) -> Document:
        """ListModels."""
        return self._listing.answer(self.collection, request)

    async def delete(self, request: Document) -> Document:
        """DeleteModel; the artifact stays."""
        self.collection.get(request["ModelName"])
        self.collection.remove(request["ModelName"])
        return {}

    async def _artifact_exists(self, url: str) -> bool:
        try:
            return await asyncio.to_thread(self._bucket.exists, url)
        except ArtifactError as error:
            raise invalid(str(error)) from error


class EndpointConfigs:
    """Endpoint configurations; each names a model and how it is served."""

    def __init__(self, settings: SageMakerSettings, models: Models) -> None:
        self.collection = Collection(
            settings.folder / "endpoint-configs",
            settings.account,
            "endpoint-config",
            "endpoint configuration",
        )
        self._models = models.collection
        self._listing = Listing(
            key="EndpointConfigs",
            name_field="EndpointConfigName",
            status_field=None,
            summary_fields=("EndpointConfigName", "EndpointConfigArn", "CreationTime"),
        )

    async def create(self, request: Document) -> Document:
        """CreateEndpointConfig."""
        name = request["EndpointConfigName"]
        self.collection.require_new(name)
        for field in REFUSED_CONFIG_FIELDS:
            if request.get(field):
                raise invalid(f"{field} is not emulated by the local stack: leave it out.")
        variants = request["ProductionVariants"]
        if len(variants) != 1:
            raise invalid("The local stack serves one production variant per endpoint.")
        self._check_variant(variants[0], request)
        arn = self.collection.arn(name)
        config = {**request, "EndpointConfigArn": arn, "CreationTime": time.time()}
        self.collection.save(name, config)
        return {"EndpointConfigArn": arn}

    async def describe(self, request: Document) -> Document:
        """DescribeEndpointConfig."""
        return _without_tags(self.collection.get(request["EndpointConfigName"]))

    async def list(self, request: Document) -> Document:
        """ListEndpointConfigs."""
        return self._listing.answer(self.collection, request)

    async def delete(self, request: Document) -> Document:
        """DeleteEndpointConfig; an endpoint made from it goes on."""
        self.collection.get(request["EndpointConfigName"])
        self.collection.remove(request["EndpointConfigName"])
        return {}

    def plan(self, config_name: str) -> Plan:
        """What an endpoint made from the configuration runs; raise FaultError if it cannot."""
        variant = self.collection.get(config_name)["ProductionVariants"][0]
        container = self._models.get(variant["ModelName"])["PrimaryContainer"]
        return Plan(
            config_name=config_name,
            variant_name=variant["VariantName"],
            image=container.get("Image", ""),
            model_data_url=container["ModelDataUrl"],
            environment=container.get("Environment", {}),
            serverless=variant.get("ServerlessConfig"),
        )

    def _check_variant(self, variant: Document, request: Document) -> None:
        model = self._models.get(variant.get("ModelName", ""))
        serverless: dict[str, Any] | None = variant.get("ServerlessConfig")
        if serverless is None:
            if not variant.get("InstanceType"):
                raise invalid("A production variant needs ServerlessConfig or InstanceType.")
            return
        if variant.get("InstanceType") or variant.get("InitialInstanceCount"):
            raise invalid("ServerlessConfig excludes InstanceType and InitialInstanceCount.")
        if model.get("EnableNetworkIsolation") or request.get("EnableNetworkIsolation"):
            raise invalid("Network isolation is not supported for serverless endpoints.")
        if model.get("VpcConfig") or request.get("VpcConfig"):
            raise invalid("VpcConfig is not supported for serverless endpoints.")
        if request.get("DataCaptureConfig"):
            raise invalid("Data capture is not supported for serverless endpoints.")
        if serverless["MemorySizeInMB"] not in _MEMORY_SIZES:
            sizes = ", ".join(map(str, _MEMORY_SIZES))
            raise invalid(f"MemorySizeInMB must be one of {sizes}.")


def _without_tags(document: Document) -> Document:
    return {field: value for field, value in document.items() if field != "Tags"}
