"""A plan: everything that a model server needs, so that it outlives its configuration and model."""

from dataclasses import dataclass

from aws_local.sagemaker.state.document import Document


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One variant of an endpoint configuration, with its model's container."""

    config_name: str
    variant_name: str
    image: str
    model_data_url: str
    environment: dict[str, str]
    #: `MemorySizeInMB` and `MaxConcurrency`; None: an instance.
    serverless: dict[str, int] | None
    #: Number of instances, where it is not serverless.
    instances: int = 1
    #: Empty where it is serverless.
    instance_type: str = ""
    #: Empty in what earlier versions kept: such a model is deployed anew.
    role_arn: str = ""


def plan_of(config: Document, model: Document) -> Plan:
    """The plan of an endpoint made from `config`, whose variant serves `model`."""
    variant, container = config["ProductionVariants"][0], model["PrimaryContainer"]
    return Plan(
        config_name=config["EndpointConfigName"],
        variant_name=variant["VariantName"],
        image=container.get("Image", ""),
        model_data_url=container["ModelDataUrl"],
        role_arn=model["ExecutionRoleArn"],
        environment=container.get("Environment", {}),
        serverless=variant.get("ServerlessConfig"),
        instances=variant.get("InitialInstanceCount", 1),
        instance_type=variant.get("InstanceType", ""),
    )
