"""Idempotent undeployment: a marker endpoint configuration, the receipt, records it.

The receipt is an endpoint configuration that nothing serves, named by the batch id as those of
deployments are, and made before anything is removed. A retry finds it, removes what is left and
older than it, and answers as the first request would have: a model that was deployed again in the
meantime stays.
"""

from contextlib import suppress
from dataclasses import dataclass

from functions import names
from functions.deployment import Deployments
from functions.deployment_request import config_request
from functions.errors import BusyError
from functions.sagemaker.deployed_models import unknown_model
from functions.sagemaker.errors import MissingError, QuotaError, TakenError
from functions.sagemaker.many_calls import of_each
from functions.sagemaker.resources import Endpoint, EndpointConfig


@dataclass(frozen=True, kw_only=True)
class UndeploymentRequest:
    """A batch that asks for a model to be undeployed, or for a second endpoint of one."""

    batch_id: str
    #: The model's name, or a second endpoint's variant.
    variant: str

    def arguments_hash(self) -> str:
        """Hash of what two equal requests have in common."""
        return names.arguments_hash({"undeploy": self.variant})


@dataclass(frozen=True)
class Undeployments:
    """The undeployments of one stack."""

    deployments: Deployments

    def carry_out(self, request: UndeploymentRequest) -> None:
        """Remove endpoints with their configurations and unused models, once for each batch.

        Raises:
            RefusedError: Nothing of them is there, or the batch id began other work.
            BusyError: The endpoint is being changed.
        """
        receipt = self.deployments.find(request.batch_id) or self._begin(request)
        if receipt is not None:
            self.deployments.check_arguments(receipt, request.arguments_hash())
        self._remove(request.variant, receipt)

    def _begin(self, request: UndeploymentRequest) -> EndpointConfig | None:
        endpoints = self._endpoints(request.variant)
        own = self._living(request.variant)
        if not endpoints and not own:
            settings = self.deployments.settings
            raise unknown_model(self.deployments.sagemaker, settings.prefix, request.variant)
        if any(endpoint.is_busy for endpoint in endpoints):
            raise BusyError(
                f"The {names.in_words(request.variant)} is being changed: send it again."
            )
        return self._receipt(request, own[-1].training_job) if own else None

    def _receipt(self, request: UndeploymentRequest, training_job: str) -> EndpointConfig | None:
        tags = {
            names.ARGUMENTS_TAG: request.arguments_hash(),
            names.MODEL_NAME_TAG: names.model_of(request.variant),
        }
        variant = names.receipt_variant(request.variant)
        settings = self.deployments.settings
        config = config_request(
            settings, request.batch_id, variant=variant, training_job=training_job, tags=tags
        )
        try:
            # The same batch may be here at the same time; carry_out() compares the arguments.
            with suppress(TakenError):
                self.deployments.sagemaker.create_endpoint_config(config)
        except (MissingError, QuotaError):
            # The model went another way, and no configuration can be made without one; or there
            # are too many of them, and removing some is the way out.
            return None
        receipt = self.deployments.find(request.batch_id)
        if receipt is None:
            raise BusyError("The undeployment is not visible yet: send it again.")
        return receipt

    def _remove(self, variant: str, receipt: EndpointConfig | None) -> None:
        endpoints = self._endpoints(variant)
        everything = self.deployments.configurations.all()
        own = self._own(variant, everything)
        later = {
            config.name
            for config in own
            if receipt is not None and config.created_at > receipt.created_at
        }
        for endpoint in endpoints:
            if endpoint.config not in later and endpoint.status != "Deleting":
                self.deployments.sagemaker.delete_endpoint(endpoint.name)
        going = [config for config in own if config.name not in later]
        if receipt is None:
            self.deployments.configurations.erase(going)
        else:
            self.deployments.configurations.retire(going, everything)

    def _living(self, variant: str) -> list[EndpointConfig]:
        configurations = self.deployments.configurations
        own = self._own(variant, configurations.all())
        return [config for config in own if not configurations.is_retired(config)]

    def _endpoints(self, variant: str) -> list[Endpoint]:
        return of_each(self.deployments.endpoint, names.variants(variant))

    @staticmethod
    def _own(variant: str, everything: list[EndpointConfig]) -> list[EndpointConfig]:
        return [config for config in everything if config.variant in names.variants(variant)]
