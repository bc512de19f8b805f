"""All-or-nothing deployments; a retry adopts the one under way.

One batch is one endpoint configuration, named by the batch id. Its variant carries the model's
name and its SageMaker model the training job's, so the configuration alone states the request, and
a retry or a polling request that finds it can carry on. Nothing else is stored.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from functions import error_codes, names
from functions.arrivals import Arrivals
from functions.configurations import Configurations
from functions.deployment_request import DeploymentRequest, RollBackRequest
from functions.errors import BusyError, RefusedError
from functions.model_versions import ModelVersions
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.errors import (
    ImageError,
    MissingError,
    QuotaError,
    TakenError,
    UnreadableError,
)
from functions.sagemaker.quota import used_up
from functions.sagemaker.resources import BROKEN_STATES, Endpoint, EndpointConfig
from functions.settings import DeploySettings


@dataclass(frozen=True)
class Deployments:
    """The deployments of one stack."""

    sagemaker: ControlPlane
    settings: DeploySettings

    @property
    def configurations(self) -> Configurations:
        """The stack's endpoint configurations."""
        return Configurations(self.sagemaker, self.settings)

    @property
    def artifacts(self) -> names.Artifacts:
        """Addresses of the stack's artifacts."""
        return names.Artifacts(prefix=self.settings.prefix, bucket=self.settings.artifact_bucket)

    def find(self, batch_id: str) -> EndpointConfig | None:
        """The configuration that the batch made, if it did."""
        return self.sagemaker.endpoint_config(names.work_name(self.settings.prefix, batch_id))

    def endpoint(self, model_name: str) -> Endpoint | None:
        """The endpoint of a model, if there is one."""
        return self.sagemaker.endpoint(names.endpoint_name(self.settings.prefix, model_name))

    def begin(self, request: DeploymentRequest) -> EndpointConfig:
        """The batch's configuration: made now, or found from an earlier request of the batch.

        Raises:
            RefusedError: The batch id was used with other arguments.
            BusyError: Another deployment of the model is under way.
        """
        return self.adopt(request, partial(self._create, request))

    def adopt(
        self, request: DeploymentRequest | RollBackRequest, create: Callable[[], None]
    ) -> EndpointConfig:
        """The batch's configuration, which `create` makes where no earlier request has made it.

        Raises:
            RefusedError: The batch id was used with other arguments.
            BusyError: SageMaker does not show it yet.
        """
        found = self.find(request.batch_id)
        if found is None:
            create()
            found = self.find(request.batch_id)
        if found is None:
            raise BusyError("The endpoint configuration is not visible yet: send it again.")
        self.check_arguments(found, request.arguments_hash())
        return found

    def check_arguments(self, config: EndpointConfig, arguments_hash: str) -> None:
        """See that a batch asks for what its configuration was made for.

        Raises:
            RefusedError: The batch id was used with other arguments, or for another function.
        """
        if self.sagemaker.tags(config.arn).get(names.ARGUMENTS_TAG) != arguments_hash:
            raise RefusedError(
                error_codes.BATCH_ID_REUSED,
                f"This batch id began {config.name} with other arguments: use a new one.",
            )

    def advance(self, config: EndpointConfig) -> bool:
        """Take the next step towards `config` in service.

        Returns:
            Whether it is in service.

        Raises:
            RefusedError: It failed; the endpoint serves what it served before, if anything.
            BusyError: Another deployment of the model is under way.
        """
        endpoint = self.endpoint(config.model_name)
        if endpoint is None:
            return self._create_endpoint(config)
        if endpoint.config == config.name:
            return self._arrived(endpoint, config)
        if endpoint.is_busy:
            return self._under_way(endpoint, config)
        if endpoint.status in BROKEN_STATES:
            self._discard(endpoint)
            raise BusyError("An endpoint that failed earlier is being removed: send it again.")
        if self._had_served(endpoint, config):
            return True
        if names.REQUESTED_TAG in self.sagemaker.tags(config.arn):
            raise RefusedError(error_codes.DEPLOYMENT_FAILED, _rolled_back(endpoint, config))
        return self._update_endpoint(endpoint, config)

    # --- steps ----------------------------------------------------------------------------------

    def _create(self, request: DeploymentRequest) -> None:
        endpoint = self.endpoint(request.model_name)
        if endpoint is not None and endpoint.is_busy:
            raise BusyError(f"The model {request.model_name} is being changed: send it again.")
        with self._within_quota(request.model_name, request.training_job):
            self._create_model(request)
            serving = self.sagemaker.endpoint_config(endpoint.config) if endpoint else None
            previous = self.configurations.link(serving, request.training_job)
            self.create_config(request.config(self.settings, previous))

    def create_config(self, request: Mapping[str, Any]) -> None:
        """Make a batch's endpoint configuration.

        Raises:
            BusyError: SageMaker does not show its model yet.
        """
        try:
            # The same batch may be here at the same time; adopt() compares the arguments.
            with suppress(TakenError):
                self.sagemaker.create_endpoint_config(request)
        except MissingError as error:
            raise BusyError("The model is not visible yet: send it again.") from error

    def _create_model(self, request: DeploymentRequest) -> None:
        try:
            # One model per training job: an earlier deployment, or half of one, may have left it.
            with suppress(TakenError):
                self.sagemaker.create_model(request.model(self.settings))
        except UnreadableError as error:
            raise RefusedError(
                error_codes.ARTIFACT_MISSING,
                f"SageMaker cannot read the model artifact of {request.training_job}: train again"
                " if it is gone from the bucket, else give the endpoints' role its rights back.",
            ) from error
        except MissingError as error:
            raise RefusedError(
                error_codes.ARTIFACT_MISSING,
                f"The model artifact of {request.training_job} is gone from the bucket:"
                " train again.",
            ) from error
        except ImageError as error:
            raise RefusedError(
                error_codes.DEPLOYMENT_FAILED,
                f"SageMaker makes no model of the stack's image ({str(error).rstrip('.')}): build"
                " it with `--output type=docker --provenance=false` and deploy the stack again.",
            ) from error

    def _create_endpoint(self, config: EndpointConfig) -> bool:
        name = names.endpoint_name(self.settings.prefix, config.model_name)
        try:
            with self._within_quota(config.model_name, config.training_job, config):
                self.sagemaker.create_endpoint(name, config.name)
        except (TakenError, MissingError) as error:
            # Somebody was faster, or the configuration is not visible to all of SageMaker yet.
            raise BusyError("The endpoint cannot be created yet: send it again.") from error
        return False

    def _update_endpoint(self, endpoint: Endpoint, config: EndpointConfig) -> bool:
        if endpoint.has_instances and config.is_serverless:
            self._take_back(config.training_job, [config])
            raise RefusedError(error_codes.DEPLOYMENT_FAILED, _never_serverless(config))
        try:
            with self._within_quota(config.model_name, config.training_job, config):
                self.sagemaker.update_endpoint(
                    endpoint.name, config.name, keep_capacity=endpoint.has_instances
                )
        except MissingError as error:
            raise BusyError("The endpoint cannot be updated yet: send it again.") from error
        # Only now: a crash in between makes the next request ask once more, which does no harm.
        self.sagemaker.add_tags(config.arn, {names.REQUESTED_TAG: "yes"})
        return False

    def _arrived(self, endpoint: Endpoint, config: EndpointConfig) -> bool:
        if endpoint.status in BROKEN_STATES:
            reason = endpoint.failure_reason or f"its state is {endpoint.status}."
            raise RefusedError(
                error_codes.DEPLOYMENT_FAILED,
                f"The endpoint of {config.model_name} failed: {reason}",
            )
        if endpoint.status == "InService":
            self._conclude(config)
            return True
        # Another deployment is under way, so this one had come into service before.
        return endpoint.pending_config not in {None, config.name}

    def _had_served(self, endpoint: Endpoint, config: EndpointConfig) -> bool:
        """True for what another deployment has replaced since: it did come into service."""
        serving = self.sagemaker.endpoint_config(endpoint.config)
        if serving is None:
            return False
        return config.name in {each.name for each in self.configurations.history(serving)}

    def _conclude(self, config: EndpointConfig) -> None:
        """Register what has come into service, and remove what is kept no longer."""
        arrivals = Arrivals(ModelVersions(self.sagemaker, self.settings))
        arrivals.record(config, self.sagemaker.tags(config.arn))
        self.configurations.retire(config)

    def _under_way(self, endpoint: Endpoint, config: EndpointConfig) -> bool:
        requested = names.REQUESTED_TAG in self.sagemaker.tags(config.arn)
        if endpoint.pending_config == config.name or requested:
            return False
        raise BusyError(f"The model {config.model_name} is being changed: send it again.")

    @contextmanager
    def _within_quota(
        self, model_name: str, training_job: str, *made: EndpointConfig
    ) -> Iterator[None]:
        """Refuse the deployment where a quota stops it, and take back what was made for it."""
        try:
            yield
        except QuotaError as error:
            self._take_back(training_job, list(made))
            raise RefusedError(
                error_codes.QUOTA_EXCEEDED,
                f"{used_up(error)}, so {model_name} was not deployed and serves what it served"
                " before, if anything: undeploy a model, or ask for more in Service Quotas.",
            ) from error

    def _take_back(self, training_job: str, made: list[EndpointConfig]) -> None:
        everything = self.configurations.all()
        self.configurations.remove(made, everything)
        if training_job not in self.configurations.needed_models(everything, without=made):
            self.sagemaker.delete_model(training_job)

    def _discard(self, endpoint: Endpoint) -> None:
        self.sagemaker.delete_endpoint(endpoint.name)
        everything = self.configurations.all()
        going = [config for config in everything if config.name == endpoint.config]
        self.configurations.remove(going, everything)


def _rolled_back(endpoint: Endpoint, config: EndpointConfig) -> str:
    reason = endpoint.failure_reason or "the new configuration did not come into service."
    return (
        f"The model {config.model_name} was not updated and serves what it served before: {reason}"
    )


def _never_serverless(config: EndpointConfig) -> str:
    """The sentence for an update that SageMaker does not support.

    https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-update.html
    """
    return (
        f"The model {config.model_name} was not updated and serves what it served before: SageMaker"
        " makes no serverless endpoint of one with instances, so undeploy it first."
    )
