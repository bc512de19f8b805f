"""Reasons for which a deployment leaves what serves, as sentences."""

from functions.sagemaker.resources import Endpoint, EndpointConfig


def rolled_back(endpoint: Endpoint, config: EndpointConfig) -> str:
    """The sentence for an update that SageMaker took back."""
    reason = endpoint.failure_reason or "the new configuration did not come into service."
    return f"The {config.in_words} was not updated and serves what it served before: {reason}"


def overtaken(config: EndpointConfig) -> str:
    """The sentence for a change of a model that serves something else by now."""
    return (
        f"The {config.in_words} was not changed: another change of it came first. Look at"
        " what serves, and ask again if you still want it."
    )


def never_serverless(config: EndpointConfig) -> str:
    """The sentence for an update that SageMaker does not support.

    https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-update.html
    """
    return (
        f"The {config.in_words} was not updated and serves what it served before: SageMaker"
        " makes no serverless endpoint of one with instances, so undeploy it first."
    )
