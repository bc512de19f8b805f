"""An undeployment that is told alike however often it is asked for: it leaves a receipt.

The receipt is an endpoint configuration that nothing serves, named by the batch id as those of
deployments are, and made before anything is removed. A retry finds it, removes what is left and
older than it, and answers as the first request would have: a model that was deployed again in the
meantime stays.
"""

from contextlib import suppress
from dataclasses import dataclass

from functions import names
from functions.deployment import Deployments
from functions.errors import BusyError
from functions.models import unknown_model
from functions.sagemaker import EndpointConfig, MissingError, TakenError


@dataclass(frozen=True, kw_only=True)
class Removal:
    """What a batch asks to be undeployed."""

    batch_id: str
    model_name: str

    def arguments_hash(self) -> str:
        """What must be equal for two requests to be the same."""
        return names.arguments_hash({"undeploy": self.model_name})


@dataclass(frozen=True)
class Undeployments:
    """The undeployments of one stack."""

    deployments: Deployments

    def carry_out(self, removal: Removal) -> None:
        """Remove a model's endpoint, configurations and unused models, once for each batch.

        Raises:
            RefusedError: Nothing of this model is there, or the batch id began other work.
            BusyError: The endpoint is being changed.
        """
        receipt = self.deployments.find(removal.batch_id) or self._begin(removal)
        if receipt is not None:
            self.deployments.check_arguments(receipt, removal.arguments_hash())
        self._remove(removal.model_name, receipt)

    def _begin(self, removal: Removal) -> EndpointConfig | None:
        endpoint = self.deployments.endpoint(removal.model_name)
        own = self._own(removal.model_name, self.deployments.configs())
        if endpoint is None and not own:
            settings = self.deployments.settings
            raise unknown_model(self.deployments.sagemaker, settings.prefix, removal.model_name)
        if endpoint is not None and endpoint.is_busy:
            raise BusyError(f"The model {removal.model_name} is being changed: send it again.")
        return self._receipt(removal, own[-1].training_job) if own else None

    def _receipt(self, removal: Removal, training_job: str) -> EndpointConfig | None:
        tags = {
            names.ARGUMENTS_TAG: removal.arguments_hash(),
            names.MODEL_NAME_TAG: removal.model_name,
        }
        variant = names.receipt_variant(removal.model_name)
        request = self.deployments.config_request(removal.batch_id, variant, training_job, tags)
        try:
            # The same batch may be here at the same time; carry_out() compares the arguments.
            with suppress(TakenError):
                self.deployments.sagemaker.create_endpoint_config(request)
        except MissingError:
            # The model went another way, and no configuration can be made without one.
            return None
        receipt = self.deployments.find(removal.batch_id)
        if receipt is None:
            raise BusyError("The undeployment is not visible yet: send it again.")
        return receipt

    def _remove(self, model_name: str, receipt: EndpointConfig | None) -> None:
        endpoint = self.deployments.endpoint(model_name)
        everything = self.deployments.configs()
        own = self._own(model_name, everything)
        later = {
            config.name
            for config in own
            if receipt is not None and config.created_at > receipt.created_at
        }
        if endpoint is not None and endpoint.config not in later and endpoint.status != "Deleting":
            self.deployments.sagemaker.delete_endpoint(endpoint.name)
        self.deployments.remove([c for c in own if c.name not in later], everything)

    @staticmethod
    def _own(model_name: str, everything: list[EndpointConfig]) -> list[EndpointConfig]:
        return [config for config in everything if config.model_name == model_name]
