"""Roll-backs: the version that served before comes back, from the configuration that is kept.

The kept configuration is copied under the batch's name, so that a retry finds what an earlier
request began, as with every deployment.
"""

from dataclasses import dataclass
from functools import partial
from itertools import islice

from functions import error_codes, names
from functions.deployment import Deployments
from functions.deployment_request import RollBackRequest
from functions.errors import RefusedError
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
        target = self._target(leaving)
        config = request.config(
            self.deployments.settings,
            target,
            leaving=leaving,
            previous=self.deployments.configurations.before(target),
        )
        what = names.in_words(request.model_name)
        self.deployments.content.make(what, target.training_job, config)

    def _target(self, leaving: EndpointConfig) -> EndpointConfig:
        """The last of what served before `leaving` that is another version and not rejected."""
        refused = self.deployments.arrivals.versions.rejected(leaving.model_name)
        for config in islice(self.deployments.configurations.history(leaving), 1, None):
            if config.training_job not in refused | {leaving.training_job}:
                return config
        raise RefusedError(
            error_codes.NO_EARLIER_VERSION,
            f"Nothing that {leaving.model_name} served before is kept and approved: deploy the"
            " version that you want, by its training job.",
        )

    def _serving(self, model_name: str) -> EndpointConfig:
        endpoint = self.deployments.settled(model_name)
        settings = self.deployments.settings
        if endpoint is None:
            raise unknown_model(self.deployments.sagemaker, settings.prefix, model_name)
        config = self.deployments.sagemaker.endpoint_config(endpoint.config)
        if config is None:
            raise RefusedError(
                error_codes.NO_EARLIER_VERSION,
                f"The configuration that serves {model_name} was removed outside of this stack:"
                " deploy the version that you want, by its training job.",
            )
        return config
