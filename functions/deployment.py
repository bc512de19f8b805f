"""All-or-nothing deployments; a retry adopts the one under way.

One batch is one endpoint configuration, named by the batch id. Its variant carries the model's
name and its SageMaker model the training job's, so the configuration alone states the request, and
a retry or a polling request that finds it can carry on. Nothing else is stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from functions import error_codes, names
from functions.deployment_request import DeploymentRequest
from functions.errors import BusyError, RefusedError
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.errors import (
    ImageError,
    MissingError,
    QuotaError,
    TakenError,
    UnreadableError,
)
from functions.sagemaker.many_calls import of_each
from functions.sagemaker.quota import used_up
from functions.sagemaker.resources import BROKEN_STATES, Endpoint, EndpointConfig
from functions.settings import DeploySettings

#: Time in which a retry of an undeployment finds its receipt; callers give up earlier.
RECEIPT_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Deployments:
    """The deployments of one stack."""

    sagemaker: ControlPlane
    settings: DeploySettings

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
        found = self.find(request.batch_id)
        if found is None:
            self._create(request)
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
            self._create_config(request, endpoint)

    def _create_config(self, request: DeploymentRequest, endpoint: Endpoint | None) -> None:
        try:
            # The same batch may be here at the same time; begin() compares the arguments.
            with suppress(TakenError):
                config = request.config(self.settings, endpoint)
                self.sagemaker.create_endpoint_config(config)
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
        if endpoint.has_instances and not self.settings.inference_instance_type:
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
            self.clean_up(config)
            return True
        # Another deployment is under way, so this one had come into service before.
        return endpoint.pending_config not in {None, config.name}

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
        everything = self.configs()
        self.remove(made, everything)
        if training_job not in _needed_models(everything, without=made):
            self.sagemaker.delete_model(training_job)

    # --- removal --------------------------------------------------------------------------------

    def clean_up(self, current: EndpointConfig) -> None:
        """Remove what `current` replaced: the model's older configurations, with their models."""
        everything = self.configs()
        older = [
            config
            for config in everything
            if config.model_name == current.model_name
            and config.name != current.name
            and config.created_at <= current.created_at
        ]
        self.remove(older, everything)

    def configs(self) -> list[EndpointConfig]:
        """Every endpoint configuration of the stack."""
        prefix = self.settings.prefix
        listed = self.sagemaker.endpoint_config_names(f"{prefix}-")
        own = [name for name in listed if names.is_work_name(prefix, name)]
        return of_each(self.sagemaker.endpoint_config, own)

    def _discard(self, endpoint: Endpoint) -> None:
        self.sagemaker.delete_endpoint(endpoint.name)
        everything = self.configs()
        self.remove([config for config in everything if config.name == endpoint.config], everything)

    def remove(self, configs: list[EndpointConfig], everything: list[EndpointConfig]) -> None:
        """Remove configurations and the models that no other one of `everything` needs.

        Receipts that no retry asks for any more go with them.
        """
        needed = _needed_models(everything, without=configs)
        for config in configs:
            # The model first: the configuration is what leads the next request to it.
            if config.training_job not in needed:
                self.sagemaker.delete_model(config.training_job)
            self.sagemaker.delete_endpoint_config(config.name)
        oldest = datetime.now(UTC) - RECEIPT_KEPT
        for config in everything:
            if names.is_receipt(config.model_name) and config.created_at < oldest:
                self.sagemaker.delete_endpoint_config(config.name)


def _needed_models(everything: list[EndpointConfig], *, without: list[EndpointConfig]) -> set[str]:
    """SageMaker models of configurations that serve or may serve; a receipt never does."""
    going = {config.name for config in without}
    return {
        config.training_job
        for config in everything
        if config.name not in going and not names.is_receipt(config.model_name)
    }


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
