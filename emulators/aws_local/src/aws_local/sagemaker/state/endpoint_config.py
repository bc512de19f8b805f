"""An endpoint configuration: one variant, serverless or on an instance."""

from typing import Any

from aws_local.sagemaker.state.document import Document, without
from aws_local.sagemaker.state.faults import invalid
from aws_local.sagemaker.state.listing import Listing

#: Parts of a request that are not emulated: refused, never ignored.
REFUSED_FIELDS = ("AsyncInferenceConfig", "ExplainerConfig", "ShadowProductionVariants")
_MEMORY_SIZES = range(1024, 6145, 1024)

LISTING = Listing(
    key="EndpointConfigs",
    name_field="EndpointConfigName",
    status_field=None,
    summary_fields=("EndpointConfigName", "EndpointConfigArn", "CreationTime"),
)


def variant_of(request: Document) -> Document:
    """The one variant; raise FaultError when the request has none or more, or a refused part."""
    for field in REFUSED_FIELDS:
        if request.get(field):
            raise invalid(f"{field} is not emulated by the local stack: leave it out.")
    variants: list[Document] = request["ProductionVariants"]
    if len(variants) != 1:
        raise invalid("The local stack serves one production variant per endpoint.")
    return variants[0]


def check_capacity(request: Document, model: Document) -> None:
    """Raise FaultError unless the variant can serve `model` as it asks to."""
    variant = variant_of(request)
    serverless: dict[str, Any] | None = variant.get("ServerlessConfig")
    if serverless is not None:
        _check_serverless(serverless, variant, model, request)
    elif not variant.get("InstanceType"):
        raise invalid("A production variant needs ServerlessConfig or InstanceType.")


def create(request: Document, arn: str, now: float) -> Document:
    """An endpoint configuration."""
    return {**request, "EndpointConfigArn": arn, "CreationTime": now}


def shown(config: Document) -> Document:
    """The answer of DescribeEndpointConfig."""
    return without(config, "Tags")


def _check_serverless(
    serverless: Document, variant: Document, model: Document, request: Document
) -> None:
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
