"""Roll-backs: the version that served before comes back, from the configuration that is kept.

The kept configuration is copied under the batch's name, so that a retry finds what an earlier
request began, as with every deployment.
"""

from dataclasses import dataclass
from functools import partial
from itertools import islice

from functions import error_codes
from functions.deployment import Deployments
from functions.deployment_request import RollBackRequest
from functions.errors import BusyError, RefusedError
from functions.sagemaker.deployed_models import unknown_model
from functions.sagemaker.resources import EndpointConfig


@dataclass(frozen=True)
class RollBacks:
    """The roll-backs of one stack."""

    deployments: Deployments

    def begin(self, request: RollBackRequest) -> EndpointConfig:
        """The batch's configuration: made now, or found from an earlier request of the batch.

        Raises:
            RefusedError: The model is not deployed, or nothing that served before is kept.
            BusyError: Another change of the model is under way.
        """
        return self.deployments.adopt(request, partial(self._create, request))

    def _create(self, request: RollBackRequest) -> None:
        leaving = self._serving(request.model_name)
        configurations = self.deployments.configurations
        target = next(islice(configurations.history(leaving), 1, None), None)
        if target is None:
            raise RefusedError(
                error_codes.NO_EARLIER_VERSION,
                f"Nothing that {request.model_name} served before is kept: deploy the version that"
                " you want, by its training job.",
            )
        config = request.config(
            self.deployments.settings,
            target,
            leaving=leaving,
            previous=configurations.before(target),
        )
        self.deployments.create_config(config)

    def _serving(self, model_name: str) -> EndpointConfig:
        endpoint = self.deployments.endpoint(model_name)
        settings = self.deployments.settings
        if endpoint is None:
            raise unknown_model(self.deployments.sagemaker, settings.prefix, model_name)
        if endpoint.is_busy:
            raise BusyError(f"The model {model_name} is being changed: send it again.")
        config = self.deployments.sagemaker.endpoint_config(endpoint.config)
        if config is None:
            raise RefusedError(
                error_codes.NO_EARLIER_VERSION,
                f"The configuration that serves {model_name} was removed outside of this stack:"
                " deploy the version that you want, by its training job.",
            )
        return config
