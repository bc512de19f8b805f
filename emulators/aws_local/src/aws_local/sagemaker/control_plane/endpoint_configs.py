"""The control plane's operations on endpoint configurations."""

import time

from aws_local.sagemaker.control_plane.collection import Collection
from aws_local.sagemaker.control_plane.models import Models
from aws_local.sagemaker.state import endpoint_config
from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.plan import Plan, plan_of
from aws_local.settings import SageMakerSettings


class EndpointConfigs:
    """Endpoint configurations; each names a model and its capacity."""

    def __init__(self, settings: SageMakerSettings, models: Models) -> None:
        self.collection = Collection(
            settings.folder / "endpoint-configs",
            settings.account,
            "endpoint-config",
            "endpoint configuration",
        )
        self._models = models.collection

    async def create(self, request: Document) -> Document:
        """CreateEndpointConfig."""
        name = request["EndpointConfigName"]
        self.collection.require_new(name)
        variant = endpoint_config.variant_of(request)
        model = self._models.get(variant.get("ModelName", ""))
        endpoint_config.check_capacity(request, model)
        arn = self.collection.arn(name)
        self.collection.save(name, endpoint_config.create(request, arn, time.time()))
        return {"EndpointConfigArn": arn}

    async def describe(self, request: Document) -> Document:
        """DescribeEndpointConfig."""
        return endpoint_config.shown(self.collection.get(request["EndpointConfigName"]))

    async def list(self, request: Document) -> Document:
        """ListEndpointConfigs."""
        return endpoint_config.LISTING.answer(self.collection, request)

    async def delete(self, request: Document) -> Document:
        """DeleteEndpointConfig; an endpoint made from it goes on."""
        self.collection.remove(request["EndpointConfigName"])
        return {}

    def plan(self, name: str) -> Plan:
        """The plan of an endpoint made from a configuration; raise FaultError if it cannot be."""
        config = self.collection.get(name)
        variant = config["ProductionVariants"][0]
        return plan_of(config, self._models.get(variant["ModelName"]))
