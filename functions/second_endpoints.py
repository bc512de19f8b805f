"""Endpoints beside a model's own: a challenger's, and a candidate's while it is tested.

They are deployed as models are, one configuration a batch, under a variant that is no model's name.
They are never updated: what is there is removed, and another one is made in its place.
"""

from dataclasses import dataclass
from functools import partial

from functions import names
from functions.deployment import Deployments
from functions.deployment_request import SecondEndpointRequest
from functions.errors import BusyError
from functions.sagemaker.resources import Endpoint, EndpointConfig


@dataclass(frozen=True, kw_only=True)
class SecondEndpoints:
    """The second endpoints of one kind in a stack."""

    deployments: Deployments
    kind: names.SecondKind

    def find(self, model_name: str) -> Endpoint | None:
        """The second endpoint of a model, if there is one, whatever its state."""
        return self.deployments.endpoint(names.second_variant(self.kind, model_name))

    def begin(self, request: SecondEndpointRequest) -> EndpointConfig:
        """The batch's configuration: made now, or found from an earlier request of the batch.

        Raises:
            RefusedError: A quota or the artifact stops it, or the batch id began other work.
            BusyError: What an earlier batch left is being removed, or cannot be yet.
        """
        return self.deployments.adopt(request, partial(self._create, request))

    def advance(self, config: EndpointConfig) -> bool:
        """Take the next step towards `config` in service.

        Returns:
            Whether it is in service.

        Raises:
            RefusedError: It failed, or was removed, or another batch came first.
            BusyError: Another one of the model is under way.
        """
        return self.deployments.advance(config)

    def remove(self, model_name: str) -> None:
        """Remove the endpoint of a model, its configurations, and models that nobody needs then.

        What is gone or going already is left alone, so that it can be asked for again.

        Raises:
            BusyError: It is being created: SageMaker deletes nothing until that is over.
        """
        self.deployments.remove(names.second_variant(self.kind, model_name))

    def _create(self, request: SecondEndpointRequest) -> None:
        if self.find(request.model_name) is not None:
            self.remove(request.model_name)
            raise BusyError(f"An earlier {names.in_words(request.variant)} is being removed.")
        config = request.config(self.deployments.settings, replaces=None, previous=None)
        self.deployments.content.make(names.in_words(request.variant), request.training_job, config)
