"""Models on second endpoints, as lists show them beside the model that serves."""

from typing import NotRequired

from functions.challenges import Challenges
from functions.cost import Cost, of_endpoint
from functions.sagemaker.resources import Endpoint, EndpointConfig
from functions.typed_dict import TypedDict


class SecondModel(TypedDict):
    """A training's model on an endpoint beside the one that serves."""

    status: str
    training_job: str | None
    #: Of the users, whom it answers; a candidate answers none.
    share: float
    created_at: str
    cost: NotRequired[Cost]
    failure_reason: NotRequired[str]


def second_model(
    challenges: Challenges, endpoint: Endpoint, config: EndpointConfig | None
) -> SecondModel:
    """The model of a second endpoint."""
    model: SecondModel = {
        "status": endpoint.status,
        "training_job": config.training_job if config else None,
        "share": challenges.current_share(endpoint),
        "created_at": endpoint.created_at.isoformat(),
    }
    cost = of_endpoint(endpoint, config)
    if cost is not None:
        model["cost"] = cost
    if endpoint.failure_reason:
        model["failure_reason"] = endpoint.failure_reason
    return model
